import * as Flags from '@oclif/core/flags'
import { scopes } from '../api/scopes.ts'
import { parseDuration } from './duration.ts'

const scopeSummary =
  'What it may do: llm-all calls models, admin manages the daemon, metrics reads what it counts. Can be given several times; a new token has llm-all unless others are named.'

/** Of `tokens create` and `tokens edit`. */
export const tokenFlags = {
  scope: Flags.option({ summary: scopeSummary, options: scopes, multiple: true, multipleNonGreedy: true })(),
  expires: Flags.string({
    summary:
      'How long it lasts from now on, as in 90d or 12h, or never; a new token until it is revoked unless this says otherwise.',
    helpValue: 'TIME',
  }),
}

/** The moment in ISO 8601 that so much time from now is; null for `never`. @throws LlmdError `invalid_request` */
export function readTokenEnd(text: string, now = Date.now()): string | null {
  return text === 'never' ? null : new Date(now + parseDuration(text)).toISOString()
}
