import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { expect, test } from 'vitest'

test.for(['stuck', 'waiting'])('a %s child is gone within 2 s of its parent', async (state) => {
  const [parent, output] = await start('tied-parent.ts', state)
  const killed = performance.now()
  parent.kill('SIGKILL')
  // The child holds the other end of the output: it closes only when the child is gone, too.
  expect(await text(output)).toBe('')
  expect(performance.now() - killed).toBeLessThan(2000)
})

test('a child is gone when its parent lets go of it', async () => {
  const [child] = await start('tied-child.ts', 'waiting')
  child.disconnect()
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
})

/** Forks a process and waits until the tied child in it is ready. */
async function start(name: string, state: string): Promise<[ChildProcess, Readable]> {
  const path = new URL(`../fixtures/processes/${name}`, import.meta.url)
  const child = fork(path, [state], { execArgv: [], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  if (!child.stdout) throw new Error('the process has no output')
  await once(child.stdout, 'readable')
  expect(String(child.stdout.read())).toBe('ready')
  return [child, child.stdout]
}
