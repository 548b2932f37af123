import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { planService } from '../../src/service/plan-service.ts'
import type { ServiceOptions } from '../../src/service/service-plan.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const plan = (options: Partial<ServiceOptions>) =>
  planService({
    platform: 'linux',
    scope: 'user',
    command: ['/bin/sh', '/bin/sh'],
    env: {},
    userHome: '/home/me',
    logFile: '/home/me/llmd.log',
    gpu: false,
    listen: undefined,
    ...options,
  })

test('a user’s units are where systemd looks for them', () => {
  const { files } = plan({ listen: { host: '127.0.0.1', port: 5563 } })
  expect(files.map(({ path }) => path)).toEqual([
    '/home/me/.config/systemd/user/llmd.service',
    '/home/me/.config/systemd/user/llmd.socket',
  ])
  const [elsewhere] = plan({ env: { XDG_CONFIG_HOME: '/elsewhere' } }).files
  expect(elsewhere?.path).toBe('/elsewhere/systemd/user/llmd.service')
})

test('the system’s is told apart from the user’s in what to do next', () => {
  const system = plan({ scope: 'system' })
  expect(system.files.map(({ path }) => path)).toEqual(['/etc/systemd/system/llmd.service'])
  expect(system.next.installed).toEqual([
    'systemctl daemon-reload',
    'systemctl enable --now llmd.service',
    'llmd tokens create laptop --host unix:///run/llmd/llmd.sock',
  ])
  expect(plan({}).next.installed.slice(0, 3)).toEqual([
    'systemctl --user daemon-reload',
    'systemctl --user enable --now llmd.service',
    'loginctl enable-linger',
  ])
})

test('LLMD_HOME goes on in a user’s unit, and not in the system’s', () => {
  const env = { LLMD_HOME: '/srv/llmd' }
  expect(plan({ env }).files[0]?.text).toContain('\nEnvironment=LLMD_HOME=/srv/llmd\n')
  expect(plan({ env, scope: 'system' }).files[0]?.text).not.toContain('LLMD_HOME')
  // Services begin in a folder of their own.
  const relative = plan({ env: { LLMD_HOME: 'own' } })
  expect(relative.files[0]?.text).toContain(`\nEnvironment=LLMD_HOME=${process.cwd()}/own\n`)
})

test.each([
  [{ host: 'localhost', port: 5563 }, '127.0.0.1:5563'],
  [{ host: '::1', port: 80 }, '[::1]:80'],
  [{ host: '0.0.0.0', port: 8080 }, '0.0.0.0:8080'],
])('systemd opens %j as %s', (listen, stream) => {
  expect(plan({ listen }).files[1]?.text).toContain(`\nListenStream=${stream}\n`)
})

test.each<[string, Partial<ServiceOptions>]>([
  ['a free port', { listen: { host: '127.0.0.1', port: 0 } }],
  ['a name', { listen: { host: 'llm.example.org', port: 80 } }],
  ['macOS for the system', { platform: 'darwin', scope: 'system' }],
  ['macOS with systemd’s sockets', { platform: 'darwin', listen: { host: '127.0.0.1', port: 80 } }],
])('%s is refused', (_, options) => {
  expect(() => plan(options)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})

test.skipIf(!tmpdir().startsWith('/tmp'))('what a system service cannot see is refused', () => {
  const command = [temporaryFolder()]
  expect(plan({ command }).files).toHaveLength(1)
  expect(() => plan({ command, scope: 'system' })).toThrow(
    expect.objectContaining({ message: expect.stringContaining(command[0] ?? '') }),
  )
})

test('on macOS it is an agent of its user', () => {
  const { files, next } = plan({ platform: 'darwin', userHome: '/Users/me' })
  expect(files[0]?.path).toBe('/Users/me/Library/LaunchAgents/llmd.plist')
  expect(next.installed[0]).toBe('launchctl bootstrap gui/$(id -u) /Users/me/Library/LaunchAgents/llmd.plist')
})
