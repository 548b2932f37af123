import type { Queries } from './transact.ts'

/** What is known of the master key, which itself is kept elsewhere. */
export interface VaultRow {
  /** Names the vault where several share a keychain. */
  id: string
  home: 'credential' | 'keychain' | 'file'
  /** Check value of the master key. */
  check: string
  /** Id of the key that secrets are encrypted with; it is derived from the master key. */
  kid: string
  /** Check values of master keys that were replaced and are still in their home. */
  former: string[]
}

export interface VaultTable {
  /** Null as long as no secret was ever kept. */
  read(): Promise<VaultRow | null>
  write(row: VaultRow): Promise<void>
}

export function createVaultTable({ kysely }: Queries): VaultTable {
  return {
    async read() {
      const row = await kysely.selectFrom('vault').selectAll().executeTakeFirst()
      if (!row) return null
      const { id, home, check_value: check, kid, former } = row
      return { id, home, check, kid, former: JSON.parse(former) }
    },
    async write({ check, former, ...row }) {
      await kysely
        .replaceInto('vault')
        .values({ ...row, only: 1, check_value: check, former: JSON.stringify(former) })
        .execute()
    },
  }
}
