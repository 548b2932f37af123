/** The tables as the newest migration leaves them. Timestamps are ISO 8601 in UTC; `json` columns hold text. */
export interface Schema {
  models: {
    name: string
    source: string
    created_at: string
    /** JSON. */
    options: string
    /** JSON. */
    file: string
    kind: 'local' | 'remote' | 'routed'
    /** JSON: what a remote or routed model stands for; null for a local one. */
    route: string | null
    description: string | null
    tier: string | null
    /** JSON. */
    defaults: string
  }
  tokens: {
    id: string
    name: string
    /** SHA-256 of the key, which itself is stored nowhere. */
    hash: Uint8Array
    masked: string
    /** JSON. */
    scopes: string
    created_at: string
    expires_at: string | null
    revoked_at: string | null
    deployment: string | null
    /** JSON. */
    models: string | null
    /** JSON. */
    limits: string | null
    /** Id of the user of an issuer who made it. */
    owner: string | null
  }
  /** Who else vouches for users. */
  issuers: {
    name: string
    issuer: string
    created_at: string
    /** JSON. */
    settings: string
  }
  /** Millionths of a credit for a million tokens. */
  prices: {
    kind: 'model' | 'tier'
    name: string
    input: number
    cached_input: number | null
    output: number
  }
  /** Files whose engines crashed. */
  crashes: {
    path: string
    size_bytes: number
    /** Milliseconds since 1970, with their fraction. */
    modified_ms: number
    crashed_at: string
    quarantined_at: string | null
  }
  providers: {
    name: string
    preset: string | null
    created_at: string
    format: string
    base_url: string
    prefix: string | null
    /** JSON. */
    models: string
    /** 0 or 1. */
    all_models: number
    /** JSON. */
    options: string
    /** As the vault encrypted it. */
    key: string | null
    /** JSON. */
    discovered: string
  }
  /** Models that are downloaded, or were. */
  downloads: {
    id: string
    name: string
    source: string
    created_at: string
    state: 'queued' | 'paused' | 'failed' | 'finished'
    /** JSON. */
    options: string
    /** JSON. */
    profile: string
    /** JSON. */
    files: string
    /** JSON. */
    error: string
  }
  /** Models that are kept ready for keys of their own, or were. */
  deployments: {
    id: string
    model: string
    state: 'live' | 'stopped' | 'failed' | 'expired'
    created_at: string
    ready_at: string | null
    ends_at: string | null
    ended_at: string | null
    /** JSON. */
    reason: string
  }
  mcp_servers: {
    name: string
    created_at: string
    /** JSON. */
    target: string
    /** As the vault encrypted it. */
    secret: string | null
  }
  /** One row, or none as long as no secret was ever kept. */
  vault: {
    only: 1
    id: string
    home: 'credential' | 'keychain' | 'file'
    check_value: string
    kid: string
    /** JSON. */
    former: string
  }
}
