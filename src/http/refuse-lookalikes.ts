import { LlmdError } from '../errors.ts'
import { fieldsOfOtherModels } from './refuse-other-models.ts'

/** Fields by which llmd decides whom it asks, what kind of answer it waits for, and whether it hears of usage. */
const ofRequest: ReadonlySet<string> = new Set(['model', 'stream', 'stream_options', ...fieldsOfOtherModels])
const ofStreamOptions = new Set(['include_usage'])

/**
 * Some providers read a key whatever its case, and of two that they take for the same the last: another spelling would
 * undo what llmd has decided.
 * @throws LlmdError `invalid_request`
 */
export function refuseLookalikes(body: Record<string, unknown>): void {
  refuse(body, ofRequest, '')
  const options = body['stream_options']
  if (typeof options === 'object' && options !== null) refuse(options, ofStreamOptions, 'stream_options.')
}

function refuse(fields: object, decisive: ReadonlySet<string>, path: string): void {
  for (const key of Object.keys(fields)) {
    if (decisive.has(key)) continue
    // In upper case a long s is an s, too.
    const field = key.toUpperCase().toLowerCase()
    if (!decisive.has(field)) continue
    const param = `${path}${key}`
    throw new LlmdError('invalid_request', `${param}: the name of this field is ${field}.`, { param })
  }
}
