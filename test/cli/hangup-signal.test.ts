import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { missingProgram, needs } from '../fixtures/missing-program.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))
const missing = missingProgram('python3')

/** What was said so far, once there are so many words. */
const heard = (file: string, count: number) =>
  vi.waitFor(
    () => {
      const words = readFileSync(file, 'utf8').trimEnd().split('\n')
      if (words.length < count) throw new Error(`So far: ${words.join(' ')}`)
      return words
    },
    { timeout: 10_000, interval: 20 },
  )

test('without a terminal SIGHUP is a reload', async () => {
  const file = join(temporaryFolder(), 'said')
  const child = spawn(process.execPath, [fixture('hear-hangup.ts'), file], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  await heard(file, 1)
  child.kill('SIGHUP')
  expect(await heard(file, 2)).toEqual(['here', 'reload'])
})

test.skipIf(missing)(`on a terminal it is one until the terminal is gone${needs(missing)}`, async () => {
  const file = join(temporaryFolder(), 'said')
  const command = [process.execPath, fixture('hear-hangup.ts'), file]
  const terminal = spawn('python3', [fixture('on-a-terminal.py'), ...command])
  onTestFinished(() => void terminal.kill('SIGKILL'))
  const pid = Number(String((await once(terminal.stdout, 'data'))[0]))
  await heard(file, 1)
  process.kill(pid, 'SIGHUP')
  await heard(file, 2)
  terminal.stdin.end()
  expect(await heard(file, 3)).toEqual(['here', 'reload', 'stop'])
})
