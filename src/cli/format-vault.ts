import type { VaultStatus } from '../api/vault.ts'
import { formatPairs } from './table.ts'

const homes = {
  credential: 'a systemd credential',
  keychain: 'the keychain',
  file: 'a file in the data folder',
}

/** How the vault is, a line for each thing. */
export function formatVault({ state, home, kid, reason, hint }: VaultStatus): string {
  return formatPairs([
    pair('State', state === 'empty' ? 'empty: no secret was kept yet' : state),
    ...(home === null ? [] : [pair('Master key in', homes[home])]),
    ...(kid === null ? [] : [pair('Key id', kid)]),
    ...(reason === null ? [] : [pair('Because', reason)]),
    ...(hint === null ? [] : [pair('Hint', hint)]),
  ])
}

const pair = (name: string, value: string): [string, string] => [name, value]
