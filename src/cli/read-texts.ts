import { text } from 'node:stream/consumers'
import { LlmdError } from '../errors.ts'

/**
 * The texts that were given, or else what is piped in: one text, or with `lines` each line that is not empty.
 * @throws LlmdError `invalid_request` when there are none
 */
export async function readTexts(
  given: string[],
  input: NodeJS.ReadableStream & { isTTY?: boolean },
  { lines }: { lines: boolean },
): Promise<string[]> {
  if (given.length > 0 && lines) {
    throw new LlmdError('invalid_request', '--lines is for what is piped in, and texts were given.', {
      hint: 'Leave one of the two out.',
    })
  }
  const piped = given.length > 0 || input.isTTY ? '' : (await text(input)).trimEnd()
  const texts = given.length > 0 ? given : lines ? piped.split(/\r?\n/) : [piped]
  const said = given.length > 0 ? texts : texts.filter((one) => one.trim() !== '')
  if (said.length > 0) return said
  throw new LlmdError('invalid_request', 'There is no text.', {
    hint: 'Give it as an argument, or pipe it in: llmd embed MODEL "The sky is blue."',
  })
}
