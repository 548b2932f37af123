import { LlmdError } from '../errors.ts'
import type { VaultRow } from '../storage/vault-table.ts'
import { createKeyring, type Keyring } from './keyring.ts'
import type { MasterKey } from './master-key.ts'
import type { VaultStatus } from './vault.ts'

export interface OpenState {
  is: 'open'
  row: VaultRow
  /** The one in force first. */
  masters: [MasterKey, ...MasterKey[]]
  keyring: Keyring
}

export type VaultState =
  | { is: 'empty' }
  /** `since` is when its key was last looked for, by the monotonic clock in milliseconds. */
  | { is: 'sealed'; row: VaultRow; problem: LlmdError; since: number }
  | OpenState

/** @throws LlmdError `sealed` where none of the keys is the vault's */
export function openState(row: VaultRow, keys: MasterKey[]): OpenState {
  const master = keys.find(({ check }) => check === row.check)
  if (!master) throw notThere(row, keys.length > 0)
  const masters: OpenState['masters'] = [master, ...keys.filter((key) => key !== master)]
  return { is: 'open', row, masters, keyring: createKeyring({ kid: row.kid, masters }) }
}

/** @throws LlmdError `sealed` */
export function requireOpen(state: VaultState): OpenState {
  if (state.is === 'open') return state
  const { reason, hint } = describeState(state)
  throw new LlmdError('sealed', `The vault is sealed. ${reason ?? ''}`.trim(), hint === null ? {} : { hint })
}

export function describeState(state: VaultState): VaultStatus {
  if (state.is === 'empty') return { state: 'empty', home: null, kid: null, reason: null, hint: null }
  const { home, kid } = state.row
  if (state.is === 'open') return { state: 'open', home, kid, reason: null, hint: null }
  const { message, hint } = state.problem
  return { state: 'sealed', home, kid, reason: message, hint: hint ?? null }
}

const absent = {
  credential: [
    'The credential llmd-master-key is not there.',
    'Give it to the unit again with LoadCredential=, and start that; or use: llmd vault import FILE',
  ],
  keychain: [
    'The keychain does not have the master key, or is locked.',
    'Unlock it, then: llmd vault status. If the key is lost: llmd vault import FILE',
  ],
  file: [
    'The file with the master key is not there.',
    'Put back a copy of data/master.key, or use: llmd vault import FILE',
  ],
} as const

function notThere({ home }: VaultRow, hasOthers: boolean): LlmdError {
  const [reason, hint] = hasOthers
    ? [
        `The ${home} holds a master key, but not the one that the secrets were encrypted with.`,
        'Put back the one that belongs to this database, or use: llmd vault import FILE',
      ]
    : absent[home]
  return new LlmdError('sealed', reason, { hint })
}
