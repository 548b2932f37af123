import * as fc from 'fast-check'
import { Agent, request } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import { arbitraryRequest, type FuzzedRequest } from './arbitrary-request.ts'
import { isAlive, isLong, report, startDaemon } from './start-daemon.ts'

const requests = isLong ? 10_000 : 400
const atOnce = 8
const seed = Number(process.env['LLMD_FAULTS_SEED'] ?? 1)

/** Nobody has to be there, and nobody is: the network is no part of this. */
const notOurs = new Set(['upstream_unreachable', 'upstream_error', 'upstream_timeout', 'overloaded'])

test(
  `${requests} made-up requests are answered without a crash and without a 500`,
  { timeout: 1_800_000 },
  async () => {
    const daemon = await startDaemon({ env: { HF_ENDPOINT: 'http://127.0.0.1:9' } })
    const token = await daemon.admin('POST', '/tokens', { name: 'fuzz', scopes: ['llm-all', 'admin'] })
    const dispatcher = new Agent({ connections: atOnce })
    onTestFinished(() => dispatcher.destroy())
    const statuses: Record<number, number> = {}
    const failures: unknown[] = []

    const ask = async ({ method, path, body, json }: FuzzedRequest) => {
      try {
        const response = await request(`${daemon.url}${path}`, {
          method,
          dispatcher,
          headers: {
            authorization: `Bearer ${token.body.key}`,
            ...(json && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body }),
          signal: AbortSignal.timeout(20_000),
        })
        const { statusCode: status } = response
        statuses[status] = (statuses[status] ?? 0) + 1
        const text = await response.body.text()
        if (status < 500) return
        const { code } = JSON.parse(text).error
        if (!notOurs.has(code)) failures.push({ method, path, body: body?.slice(0, 500), status, text })
      } catch (error) {
        if (isAlive(daemon)) failures.push({ method, path, body: body?.slice(0, 500), error: String(error) })
      }
    }

    const all = fc.sample(arbitraryRequest, { numRuns: requests, seed })
    let next = 0
    const worker = async () => {
      for (let index = next++; index < all.length && isAlive(daemon); index = next++) await ask(all[index]!)
    }
    await Promise.all(Array.from({ length: atOnce }, worker))

    expect(isAlive(daemon)).toBe(true)
    expect(failures).toEqual([])
    expect((await daemon.admin('GET', '/status')).status).toBe(200)
    report('fuzzed requests', { requests, seed, statuses })
  },
)
