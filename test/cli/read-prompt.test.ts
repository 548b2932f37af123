import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readPrompt } from '../../src/cli/read-prompt.ts'

const piped = (text: string) => new PassThrough().end(text)

describe('readPrompt', () => {
  it('is the argument, what was piped in, or one behind the other', async () => {
    expect(await readPrompt('Hello', piped(''))).toBe('Hello')
    expect(await readPrompt(undefined, piped('Hello\n'))).toBe('Hello')
    expect(await readPrompt('Summarise:', piped('a\nb\n'))).toBe('Summarise:\n\na\nb')
  })

  it('does not wait for a terminal', async () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true })
    expect(await readPrompt('Hello', terminal)).toBe('Hello')
    await expect(readPrompt(undefined, terminal)).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('refuses to ask nothing', async () => {
    await expect(readPrompt(undefined, piped(' \n'))).rejects.toMatchObject({ code: 'invalid_request' })
  })
})
