import { expect, test, vi } from 'vitest'
import { isAlive, startDaemon } from './start-daemon.ts'

const day = 86_400_000

test('a clock that is set 400 days forward ends tokens that expire, and nothing else', async () => {
  const daemon = await startDaemon({ env: { CLOCK_JUMP_MS: String(400 * day) } })
  const expiring = await daemon.admin('POST', '/tokens', {
    name: 'expiring',
    scopes: ['llm-all'],
    expires_at: new Date(Date.now() + 90 * day).toISOString(),
  })
  const ask = (key: string | null, body?: object) =>
    fetch(`${daemon.url}/v1/${body ? 'chat/completions' : 'models'}`, {
      headers: { authorization: `Bearer ${key}` },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    })
  expect((await ask(expiring.body.key)).status).toBe(200)

  const chat = {
    model: 'llmd-demo',
    temperature: 0,
    messages: [{ role: 'user', content: 'Tell me about tokens' }],
  }
  expect((await ask(daemon.key, chat)).status).toBe(200)
  const stream = await ask(daemon.key, { ...chat, stream: true })
  daemon.child.kill('SIGUSR2')
  expect(await stream.text()).toContain('[DONE]')

  await vi.waitFor(async () => expect((await ask(expiring.body.key)).status).toBe(401), {
    timeout: 10_000,
    interval: 20,
  })
  expect((await ask(daemon.key)).status).toBe(200)
  // It stays loaded for as long as it would have, and answers at once.
  const { body: model } = await daemon.admin('GET', '/models/llmd-demo')
  expect(model.state).toBe('ready')
  expect((await ask(daemon.key, chat)).status).toBe(200)
  const { body } = await daemon.admin('GET', '/status')
  expect(body.uptime_seconds).toBeLessThan(120)
  expect(isAlive(daemon)).toBe(true)
})
