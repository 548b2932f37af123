import { createServer, type AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { findOwnPort } from '../../src/http/find-own-port.ts'

const host = '127.0.0.1'

function listen(options: { port: number; reusePort: boolean }): Promise<number> {
  const server = createServer()
  onTestFinished(() => void server.close())
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, ...options }, () => resolve((server.address() as AddressInfo).port))
  })
}

it.skipIf(process.platform === 'darwin')('is free, and stays what was asked for', async () => {
  const port = await findOwnPort({ host, port: 0 })
  expect(port).toBeGreaterThan(0)
  expect(await findOwnPort({ host, port })).toBe(port)
  expect(await listen({ port, reusePort: true })).toBe(port)
})

it.skipIf(process.platform === 'darwin')('is none that another would share', async () => {
  const port = await listen({ port: 0, reusePort: true })
  // That is why it has to be asked: the system would let both have it.
  expect(await listen({ port, reusePort: true })).toBe(port)
  await expect(findOwnPort({ host, port })).rejects.toMatchObject({ code: 'listen_failed' })
})
