import { once } from 'node:events'
import { chmodSync, lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, vi } from 'vitest'
import { canConnect } from '../../src/client/can-connect.ts'
import { missingProgram, needs } from '../fixtures/missing-program.ts'
import { refusedPort } from '../fixtures/refused-port.ts'
import { createLlmd } from './llmd.ts'

const missing = missingProgram('systemd-socket-activate')
const variables = ['LLMD_HOME', 'LLMD_MODELS_WARM_SPARE', 'LLMD_SECRETS_HOME', 'PATH']

/** Opens the sockets, and starts what follows at the first connection. */
const activate = (...addresses: string[]) => [
  'systemd-socket-activate',
  ...addresses.flatMap((address) => ['-l', address]),
  ...variables.flatMap((name) => ['-E', name]),
]

const patience = { timeout: 10_000, interval: 50 }

const ask = (url: string) => vi.waitFor(() => fetch(url), patience)

describe.skipIf(missing)(`systemd-socket-activate${needs(missing)}`, () => {
  it('hands over a port and a Unix socket, which outlive the daemon and stay out of its children', async () => {
    const llmd = createLlmd()
    const address = `127.0.0.1:${await refusedPort()}`
    const socket = join(llmd.home, 'handed-over.sock')
    const child = llmd.spawn(['serve', '--no-first-token'], { through: activate(address, socket) })

    expect((await ask(`http://${address}/health`)).status).toBe(200)
    expect((await fetch(`http://${address}/v1/models`)).status).toBe(401)
    const { stdout } = await llmd.run(['status', '--json'])
    const listeners = [`http://${address}`, `unix://${socket}`]
    expect(JSON.parse(stdout)).toMatchObject({ pid: child.pid, listeners: expect.arrayContaining(listeners) })
    expect(readdirSync(join(llmd.home, 'run'))).toEqual(['daemon.json'])

    await llmd.run(['models', 'load', 'llmd-demo'])
    const shown = await llmd.run(['models', 'show', 'llmd-demo', '--json'])
    const engine: number = JSON.parse(shown.stdout).engine.pid
    const handedOver = new Set([3, 4].map((fd) => readlinkSync(`/proc/${child.pid}/fd/${fd}`)))
    expect(descriptorsOf(engine).filter((link) => handedOver.has(link))).toEqual([])
    expect(readFileSync(`/proc/${engine}/environ`, 'utf8')).not.toMatch(/LISTEN_|NOTIFY_/)

    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(lstatSync(socket).isSocket()).toBe(true)
  })

  it('hands over a port alone; management then has its own socket', async () => {
    const llmd = createLlmd()
    const address = `127.0.0.1:${await refusedPort()}`
    const child = llmd.spawn(['serve'], { through: activate(address) })
    expect((await ask(`http://${address}/ready`)).status).toBe(200)
    expect(JSON.parse((await llmd.run(['status', '--json'])).stdout)).toMatchObject({
      pid: child.pid,
      listeners: [`unix://${join(llmd.home, 'run/llmd.sock')}`, `http://${address}`],
    })
  })

  it('may not hand over a socket that everybody can open', async () => {
    const llmd = createLlmd()
    const socket = join(llmd.home, 'public.sock')
    const child = llmd.spawn(['serve'], { through: activate(socket) })
    const ended = Promise.all([once(child, 'exit'), text(child.stderr)])
    await vi.waitFor(() => chmodSync(socket, 0o666), patience)
    expect(await canConnect(socket)).toBe(true)
    const [exit, stderr] = await ended
    expect(exit).toEqual([1, null])
    expect(stderr).toMatch(/Everybody may open .*\nHint: .*SocketMode=0600/)
  })
})

function descriptorsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)]
    } catch {
      return []
    }
  })
}
