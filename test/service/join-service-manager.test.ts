import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { joinServiceManager } from '../../src/service/join-service-manager.ts'
import { missingProgram, needs } from '../fixtures/missing-program.ts'
import { startManager, type FakeManager } from './fixtures/service-manager.ts'

const missing = missingProgram('systemd-notify', 'python3')
const stallingService = fileURLToPath(new URL('fixtures/stalling-service.ts', import.meta.url))

function join(env: NodeJS.ProcessEnv) {
  const failures: string[] = []
  const manager = joinServiceManager(env, { onFailure: (reason) => failures.push(reason) })
  onTestFinished(() => manager[Symbol.dispose]())
  return { manager, failures }
}

describe.skipIf(missing)(`a service manager that listens${needs(missing)}`, () => {
  test('hears of readiness, a reload and the end, each in one message and in their order', async () => {
    const fake = await startManager()
    const { manager, failures } = join({ NOTIFY_SOCKET: fake.socket, PATH: process.env['PATH'] })
    manager.ready('Listening on unix:///run/llmd.sock')
    const before = process.hrtime.bigint() / 1000n
    await manager.reload(() => expect(fake.messages.at(-1)?.lines).toContain('RELOADING=1'))
    manager.stopping({ withinMs: 35_000 })
    await fake.heard('STOPPING=1')
    expect(fake.messages.map(({ lines }) => lines)).toEqual([
      ['READY=1', 'STATUS=Listening on unix:///run/llmd.sock'],
      ['RELOADING=1', expect.stringMatching(/^MONOTONIC_USEC=\d+$/)],
      ['READY=1'],
      ['STOPPING=1', expect.stringMatching(/^STATUS=/), 'EXTEND_TIMEOUT_USEC=35000000'],
    ])
    const told = BigInt(fake.messages[1]?.lines[1]?.split('=')[1] ?? 0)
    expect(told).toBeGreaterThanOrEqual(before)
    expect(told).toBeLessThanOrEqual(process.hrtime.bigint() / 1000n)
    expect(failures).toEqual([])
  })

  test('hears at half of the time of its watchdog that all is well', async () => {
    const fake = await startManager()
    const env = { NOTIFY_SOCKET: fake.socket, PATH: process.env['PATH'], WATCHDOG_USEC: '1600000' }
    join(env).manager.ready('Here')
    await fake.heard('WATCHDOG=1', 3)
    for (const gap of gapsOf(fake)) {
      expect(gap).toBeGreaterThan(400)
      expect(gap).toBeLessThan(1600)
    }
  })

  test('misses the word of an event loop that is stuck over and over, and hears when it is not', async () => {
    const fake = await startManager()
    const env = { NOTIFY_SOCKET: fake.socket, PATH: process.env['PATH'], WATCHDOG_USEC: '1000000' }
    const child = fork(stallingService, { env })
    onTestFinished(() => void child.kill('SIGKILL'))
    await fake.heard('WATCHDOG=1')
    const before = fake.messages.length
    child.send({ stallMs: 250, times: 8 })
    await fake.heard('WATCHDOG=1', before + 1)
    expect(Math.max(...gapsOf(fake))).toBeGreaterThan(1000)
  })
})

/** Milliseconds between the words that all is well. */
function gapsOf({ messages }: FakeManager): number[] {
  const at = messages.filter(({ lines }) => lines[0] === 'WATCHDOG=1').map((message) => message.at)
  return at.slice(1).map((time, index) => time - at[index]!)
}

test.each([
  ['nobody listens there', '/nowhere/notify', process.env['PATH']],
  ['the program is missing', '/nowhere/notify', '/nowhere'],
])('it never fails where %s, and says so once', async (_, NOTIFY_SOCKET, PATH) => {
  const { manager, failures } = join({ NOTIFY_SOCKET, PATH })
  manager.ready('Here')
  let reloaded = false
  await manager.reload(() => (reloaded = true))
  expect(reloaded).toBe(true)
  expect(failures).toHaveLength(1)
})

test('without a service manager nothing is sent, and a reload is done at once', async () => {
  const { manager, failures } = join({ PATH: '/nowhere', WATCHDOG_USEC: '1000' })
  manager.ready('Here')
  let reloaded = false
  await manager.reload(() => (reloaded = true))
  expect({ reloaded, failures, sockets: manager.sockets }).toEqual({
    reloaded: true,
    failures: [],
    sockets: [],
  })
})

test('what is meant for this process alone is taken out of its environment', () => {
  const pid = String(process.pid)
  const env = {
    NOTIFY_SOCKET: '/nowhere/notify',
    WATCHDOG_USEC: '60000000',
    WATCHDOG_PID: pid,
    LISTEN_PID: pid,
    LISTEN_FDS: '2',
    LISTEN_FDNAMES: 'llmd.socket:llmd.socket',
    LLMD_HOME: '/x',
  }
  expect(join(env).manager.sockets).toEqual([3, 4])
  expect(env).toEqual({ LLMD_HOME: '/x' })
})

test.each([
  [{ LISTEN_PID: '1', LISTEN_FDS: '1' }],
  [{ LISTEN_FDS: '1' }],
  [{ LISTEN_PID: String(process.pid) }],
  [{ LISTEN_PID: String(process.pid), LISTEN_FDS: '0' }],
  [{ LISTEN_PID: String(process.pid), LISTEN_FDS: 'x' }],
  [{ LISTEN_PID: String(process.pid), LISTEN_FDS: '-1' }],
])('sockets of others are left alone: %j', (env) => {
  expect(join(env).manager.sockets).toEqual([])
  expect(env).toEqual({})
})
