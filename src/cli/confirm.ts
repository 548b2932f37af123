import { LlmdError } from '../errors.ts'

/**
 * Asks before something is lost; anything but yes is no. The question goes to stderr.
 * @throws LlmdError `invalid_request` when there is nobody to ask
 */
export async function confirm(question: string, { yes }: { yes: boolean }): Promise<boolean> {
  if (yes) return true
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new LlmdError('invalid_request', 'This needs a yes, and there is no terminal to ask on.', {
      hint: 'Say it with --yes.',
    })
  }
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const closed = new AbortController()
  terminal.once('close', () => closed.abort())
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: closed.signal })
    return /^y(es)?$/i.test(answer.trim())
  } catch {
    // Ctrl-C or Ctrl-D: a no, on a line of its own.
    process.stderr.write('\n')
    return false
  } finally {
    terminal.close()
  }
}
