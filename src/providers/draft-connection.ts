import type { DraftProvider } from '../api/providers.ts'
import { LlmdError, toLlmdError } from '../errors.ts'
import { connectionOf } from './connection-of.ts'
import type { UpstreamConnection } from './connection.ts'
import { requireKey, toSecret } from './provider-keys.ts'
import { completeSettings } from './provider-settings.ts'

/** For settings that were just given: what is wrong with them is the request's fault. @throws LlmdError `invalid_request` */
export function draftConnection(parts: Parameters<typeof connectionOf>[0]): UpstreamConnection {
  try {
    return connectionOf(parts)
  } catch (error) {
    const { message, hint } = toLlmdError(error)
    throw new LlmdError('invalid_request', message, {
      param: 'ca_file',
      cause: error,
      ...(hint !== undefined && { hint }),
    })
  }
}

/** Of what was not saved. @throws LlmdError `invalid_request` */
export function unsavedConnection(given: DraftProvider): UpstreamConnection {
  const { preset = null, key = null, ...fields } = given
  const settings = completeSettings(fields, preset)
  requireKey(preset, key !== null)
  return draftConnection({ name: preset ?? 'the provider', preset, settings, key: toSecret(key) })
}
