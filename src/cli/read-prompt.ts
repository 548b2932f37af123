import { text } from 'node:stream/consumers'
import { LlmdError } from '../errors.ts'

/**
 * The prompt as it was given, with what was piped in behind it.
 * @throws LlmdError `invalid_request` when there is neither
 */
export async function readPrompt(
  argument: string | undefined,
  input: NodeJS.ReadableStream & { isTTY?: boolean },
): Promise<string> {
  const piped = input.isTTY ? '' : (await text(input)).trimEnd()
  const prompt = [argument, piped].filter((part) => part !== undefined && part !== '').join('\n\n')
  if (prompt.trim() !== '') return prompt
  throw new LlmdError('invalid_request', 'There is no prompt.', {
    hint: 'Give it as an argument, or pipe it in: llmd run MODEL "Why is the sky blue?"',
  })
}
