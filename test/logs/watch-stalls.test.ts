import { expect, onTestFinished, test, vi } from 'vitest'
import { createLog } from '../../src/log.ts'
import { watchStalls } from '../../src/logs/watch-stalls.ts'

test('the log tells when everything stood still, and for how long', async () => {
  const lines: { message: string; ms: number }[] = []
  const log = createLog({ level: 'warn', write: (line) => lines.push(JSON.parse(line)) })
  const watch = watchStalls({ log, everyMs: 10, longestMs: 200 })
  onTestFinished(() => watch[Symbol.dispose]())
  const until = performance.now() + 400
  while (performance.now() < until);
  await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0), { timeout: 10_000, interval: 20 })
  expect(lines[0]).toMatchObject({ level: 'warn', message: 'the daemon stood still' })
  expect(lines[0]!.ms).toBeGreaterThan(300)
})
