import { expect, it } from 'vitest'
import { progressLine, withProgress } from '../../src/cli/with-progress.ts'

function terminal() {
  const written: string[] = []
  return { written, isTTY: true, write: (text: string) => written.push(text) }
}

it('shows how far work is, and leaves nothing behind', async () => {
  const screen = terminal()
  const half = Promise.withResolvers<void>()
  const result = await withProgress('Loading', {
    terminal: screen,
    async work() {
      await half.promise
      return 'done'
    },
    async *fractions(signal) {
      yield 0.5
      half.resolve()
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve)
      })
    },
  })
  expect(result).toBe('done')
  expect(screen.written).toEqual([
    progressLine('Loading', 0),
    `\r\u001b[K${progressLine('Loading', 0.5)}`,
    '\r\u001b[K',
  ])
})

const done = async () => 'done'

it('goes on where nobody can tell how far it is', async () => {
  const screen = terminal()
  const result = await withProgress('Loading', {
    terminal: screen,
    work: done,
    async *fractions() {
      yield await Promise.reject(new Error('no events here'))
    },
  })
  expect(result).toBe('done')
  expect(screen.written.at(-1)).toBe('\r\u001b[K')
})

it('tells what went wrong with the work', async () => {
  const failed = withProgress('Loading', {
    terminal: terminal(),
    work: () => Promise.reject(new Error('it broke')),
    async *fractions() {
      yield 1
    },
  })
  await expect(failed).rejects.toThrow('it broke')
})

it('asks nobody where there is no terminal', async () => {
  const file = { ...terminal(), isTTY: false }
  const result = await withProgress('Loading', {
    terminal: file,
    work: done,
    fractions: () => expect.unreachable(),
  })
  expect(result).toBe('done')
  expect(file.written).toEqual([])
})
