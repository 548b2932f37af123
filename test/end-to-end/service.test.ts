import { once } from 'node:events'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { missingProgram, needs } from '../fixtures/missing-program.ts'
import { startManager } from '../service/fixtures/service-manager.ts'
import { createLlmd } from './llmd.ts'

describe.skipIf(process.platform !== 'linux')('service', () => {
  it('is installed, shown, kept where it was changed by hand, and uninstalled', async () => {
    const llmd = createLlmd()
    const env = { XDG_CONFIG_HOME: join(llmd.home, 'xdg') }
    const run = (...args: string[]) => llmd.run(['service', ...args], { env })
    const folder = join(llmd.home, 'xdg/systemd/user')
    const service = join(folder, 'llmd.service')

    const installed = await run('install', '--user', '--socket-activation')
    expect(installed).toMatchObject({ code: 0, stderr: '' })
    expect(installed.stdout).toContain('systemctl --user enable --now llmd.socket llmd.service')
    const text = readFileSync(service, 'utf8')
    expect(text).toContain(`ExecStart=${process.execPath} `)
    expect(text).toContain(`Environment=LLMD_HOME=${llmd.home}`)
    expect(readFileSync(join(folder, 'llmd.socket'), 'utf8')).toContain('ListenStream=127.0.0.1:5563')
    const shown = await run('show', '--user', '--json')
    expect(JSON.parse(shown.stdout).files).toMatchObject([
      { path: service, text: expect.stringContaining('Type=notify') },
    ])

    appendFileSync(service, '\n[Service]\nNice=5\n')
    expect(await run('install', '--user')).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('changed by hand'),
    })
    expect(await run('uninstall', '--user')).toMatchObject({ code: 6 })
    expect(await run('install', '--user', '--force')).toMatchObject({ code: 0 })
    expect(JSON.parse((await run('uninstall', '--user', '--json')).stdout)).toEqual({
      removed: [service, join(folder, 'llmd.socket')],
      next: ["systemctl --user stop 'llmd.*'", 'systemctl --user daemon-reload'],
    })
    expect(existsSync(service)).toBe(false)
    expect(await run('uninstall', '--user')).toMatchObject({
      code: 0,
      stdout: 'There is no service to remove.\n',
    })
  })

  it('is for a user or for the system, not for both', async () => {
    expect(await createLlmd().run(['service', 'show', '--user', '--system'])).toMatchObject({ code: 2 })
  })
})

const missing = missingProgram('systemd-notify', 'python3')

describe('serve', () => {
  it.skipIf(missing)(`tells its service manager how it is${needs(missing)}`, async () => {
    const manager = await startManager()
    const llmd = createLlmd()
    const env = { NOTIFY_SOCKET: manager.socket, WATCHDOG_USEC: '60000000' }
    const child = llmd.spawn(['serve', '--port', '0'], { env })
    await manager.heard('WATCHDOG=1')
    child.kill('SIGHUP')
    await manager.heard('READY=1', 2)
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await manager.heard('STOPPING=1')
    expect(await ended).toEqual([0, null])
    expect(manager.messages.map(({ lines }) => lines[0])).toEqual([
      'READY=1',
      'WATCHDOG=1',
      'RELOADING=1',
      'READY=1',
      'STOPPING=1',
    ])
    expect(manager.messages[0]?.lines[1]).toMatch(/^STATUS=Listening on unix:\S+ and http:/)
    expect(manager.messages.at(-1)?.lines).toContain('EXTEND_TIMEOUT_USEC=60000000')
  })

  it('makes no token where it is told not to', async () => {
    const llmd = createLlmd()
    const child = llmd.spawn(['serve', '--port', '0', '--no-first-token'])
    let output = ''
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
      output += String(chunk)
      if (output.includes('\n')) break
    }
    expect(output).toMatch(/^Listening on \S+ and \S+\n$/)
    expect((await llmd.run(['tokens', '--json'])).stdout).toContain('"data": []')
  })
})
