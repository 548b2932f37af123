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
  }
}
