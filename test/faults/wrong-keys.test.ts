import { Agent, fetch } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import { createTokenKey } from '../../src/access/token-key.ts'
import { isLong, report, startDaemon } from './start-daemon.ts'

const wrongKeys = isLong ? 10_000 : 500

test(
  `${wrongKeys} wrong keys are answered with 401 and then 429, and right ones are served meanwhile`,
  { timeout: 180_000 },
  async () => {
    const dispatcher = new Agent({ connections: 16 })
    onTestFinished(() => dispatcher.close())
    const daemon = await startDaemon()
    const ask = async (key: string | null) => {
      const headers = { authorization: `Bearer ${key}` }
      const response = await fetch(`${daemon.url}/v1/models`, { dispatcher, headers })
      await response.text()
      return response.status
    }
    const counts: Record<number, number> = {}
    const valid: { status: number; ms: number }[] = []
    for (let asked = 0; asked < wrongKeys; asked += 50) {
      const statuses = await Promise.all(Array.from({ length: 50 }, () => ask(createTokenKey().key)))
      for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
      const started = performance.now()
      valid.push({ status: await ask(daemon.key), ms: performance.now() - started })
    }
    expect(new Set(valid.map(({ status }) => status))).toEqual(new Set([200]))
    expect(Object.keys(counts)).toEqual(['401', '429'])
    // Thirty at once, and one more each second.
    expect(counts[401]).toBeLessThan(30 + 180)
    expect(counts[429]).toBeGreaterThan(wrongKeys / 2)
    const slowestMs = Math.round(Math.max(...valid.map(({ ms }) => ms)))
    report('wrong keys', { ...counts, valid: valid.length, slowestMs })
  },
)
