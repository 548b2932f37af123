import type { Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { dial } from '../http/raw-request.ts'
import { isAlive, report, startDaemon } from './start-daemon.ts'

const limit = 64

test(`with ${limit} descriptors the daemon lives through more connections than it can take, and serves again after`, async () => {
  const daemon = await startDaemon({ shell: `ulimit -n ${limit}` })
  const load = await daemon.admin('POST', '/models/llmd-demo/load')
  const sockets: Socket[] = Array.from({ length: 3 * limit }, () => dial(daemon.url).on('error', () => {}))
  onTestFinished(() => sockets.forEach((socket) => void socket.destroy()))
  await vi.waitFor(() =>
    expect(sockets.filter((socket) => socket.readyState === 'open').length).toBeGreaterThan(0),
  )

  // Whatever comes of it, it is an answer or a connection that was not taken.
  const unloaded = await daemon.admin('POST', '/models/llmd-demo/unload').catch((error: Error) => error)
  const during = await daemon.admin('POST', '/models/llmd-demo/load').catch((error: Error) => error)
  expect(isAlive(daemon)).toBe(true)

  for (const socket of sockets) socket.destroy()
  await vi.waitFor(
    async () => {
      const { status } = await daemon.admin('POST', '/models/llmd-demo/load')
      expect(status).toBe(200)
      expect((await daemon.admin('POST', '/tokens', { name: 'after', scopes: ['llm-all'] })).status).toBe(201)
    },
    { timeout: 20_000, interval: 100 },
  )
  expect(isAlive(daemon)).toBe(true)
  report('descriptors', { limit, before: load.status, unloaded: told(unloaded), during: told(during) })
})

function told(answer: Error | { status: number; body: { error?: { code: string } } }): string {
  return answer instanceof Error ? 'no connection' : `${answer.status} ${answer.body.error?.code ?? ''}`
}
