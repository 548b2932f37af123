import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/inference/engine/seeded-random.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { isLong, report, startDaemon } from './start-daemon.ts'

const cycles = isLong ? 500 : 10
/** Beside other tests on a small machine a start takes longer. */
const readyWithinMs = isLong ? 2000 : 10_000

test(
  `${cycles} times killed while it writes, the daemon has lost nothing that it acknowledged`,
  { timeout: 3_600_000 },
  async () => {
    const home = temporaryFolder()
    const random = seededRandom(1)
    const live = new Set<string>()
    const revoked = new Set<string>()
    let slowestReadyMs = 0
    let made = 0
    for (let cycle = 0; cycle < cycles; cycle++) {
      const daemon = await startDaemon({ home })
      slowestReadyMs = Math.max(slowestReadyMs, daemon.readyMs)
      const { data }: { data: { name: string; revoked_at: string | null }[] } = (
        await daemon.admin('GET', '/tokens')
      ).body
      const found = new Map(data.map((token) => [token.name, token.revoked_at]))
      expect([...live].filter((name) => found.get(name) !== null)).toEqual([])
      expect([...revoked].filter((name) => typeof found.get(name) !== 'string')).toEqual([])

      const ended = once(daemon.child, 'exit')
      const write = async () => {
        for (;;) {
          const name = `token-${made++}`
          await daemon.admin('POST', '/tokens', { name, scopes: ['llm-all'] })
          live.add(name)
          if (made % 3 > 0) continue
          live.delete(name)
          await daemon.admin('DELETE', `/tokens/${name}`)
          revoked.add(name)
        }
      }
      const writing = Promise.allSettled([write(), write(), write()])
      await delay(20 + random() * 80)
      daemon.child.kill('SIGKILL')
      await Promise.all([writing, ended])
    }
    report('killed', { cycles, acknowledged: live.size + revoked.size, lost: 0, slowestReadyMs })
    expect(live.size + revoked.size).toBeGreaterThan(cycles)
    expect(slowestReadyMs).toBeLessThan(readyWithinMs)
  },
)
