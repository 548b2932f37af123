import type { ProviderSettings } from '../api/providers.ts'
import { LlmdError } from '../errors.ts'
import { Secret } from '../secret.ts'
import type { SecretPlace, Vault } from '../secrets/vault.ts'
import type { ProviderRow } from '../storage/provider-table.ts'
import { settingsOfRow } from './provider-settings.ts'
import { findVendor } from './vendors.ts'

export interface ProviderKeys {
  /** As it is to be stored. @throws LlmdError `sealed` */
  encrypt(key: string | null, name: string, settings: ProviderSettings): Promise<string | null>
  /** The stored key. @throws LlmdError `sealed`, `data_corrupt` */
  of(row: ProviderRow): Secret | null
  /**
   * The key that goes with other settings: the one that was given, or the stored one where it may go there.
   * @throws LlmdError `invalid_request`, `sealed`, `data_corrupt`
   */
  forChange(row: ProviderRow, settings: ProviderSettings, given: string | null | undefined): Secret | null
}

export function createProviderKeys(vault: Vault): ProviderKeys {
  const of = (row: ProviderRow) =>
    row.key === null ? null : vault.decrypt(row.key, placeOf(row.name, settingsOfRow(row)))
  return {
    of,
    async encrypt(key, name, settings) {
      return key === null ? null : vault.encrypt(new Secret(key), placeOf(name, settings))
    },
    forChange(row, settings, given) {
      if (given !== undefined) return toSecret(given)
      requireSameDestination(row, settings)
      return of(row)
    },
  }
}

export function toSecret(key: string | null): Secret | null {
  return key === null ? null : new Secret(key)
}

/** A stored key goes nowhere it was not given for. @throws LlmdError `invalid_request` */
export function requireSameDestination(row: ProviderRow, settings: ProviderSettings): void {
  if (row.key === null || destinationOf(settingsOfRow(row)) === destinationOf(settings)) return
  throw new LlmdError('invalid_request', 'The key would be sent elsewhere than it was given for.', {
    hint: 'Give the key again along with a new host, proxy, socket or authority.',
    param: 'key',
  })
}

/** @throws LlmdError `invalid_request` where the preset's vendor wants a key and there is none */
export function requireKey(preset: string | null, hasKey: boolean): void {
  const vendor = findVendor(preset)
  if (hasKey || !vendor?.needsKey) return
  throw new LlmdError('invalid_request', `${vendor.title} needs a key.`, {
    param: 'key',
    ...(vendor.keysUrl !== null && { hint: `Keys are made at ${vendor.keysUrl}` }),
  })
}

export function placeOf(name: string, settings: ProviderSettings): SecretPlace {
  return { table: 'providers', row: name, column: 'key', origin: destinationOf(settings) }
}

/**
 * Where a key is sent. It is bound into the stored key, so that nobody who may not see the key can have it sent
 * elsewhere: not to another host, and not through a proxy, a socket or an authority of their own.
 */
function destinationOf({ base_url, proxy, ca_file, socket }: ProviderSettings): string {
  const ways = Object.entries({ proxy, ca_file, socket }).filter(([, value]) => value !== null)
  return [new URL(base_url).origin, ...ways.map(([name, value]) => `${name}=${value}`)].join(' ')
}
