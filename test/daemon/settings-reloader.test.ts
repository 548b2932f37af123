import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSettings } from '../../src/config/live-settings.ts'
import { settingsReloader } from '../../src/daemon/settings-reloader.ts'
import { createLog } from '../../src/log.ts'
import { temporaryFolder } from '../temporary-folder.ts'

it('tells what is applied; of what is wrong nothing is, and only who waits is thrown it', () => {
  const folder = temporaryFolder()
  const settings = openSettings({ folder, env: {}, overrides: {} })
  const write = (text: string) => writeFileSync(join(folder, 'config.json'), text)
  const logged: Record<string, unknown>[] = []
  let told = 0
  const { reload, tryReload } = settingsReloader({
    settings,
    onReloaded: () => (told += 1),
    log: createLog({ level: 'info', write: (line) => logged.push(JSON.parse(line)) }),
  })
  write('{"log":{"level":"debug"},"server":{"port":1234}}')
  expect(reload()).toEqual({ applied: ['log.level'], needs_restart: ['server.port'] })
  expect(logged.at(-1)).toMatchObject({ applied: 'log.level', needs_restart: 'server.port' })
  write('{"log":{"level":"loud"}}')
  expect(reload).toThrow(expect.objectContaining({ code: 'invalid_settings' }))
  tryReload()
  expect(logged.at(-1)).toMatchObject({ level: 'error', code: 'invalid_settings' })
  expect(settings.current.log.level).toBe('debug')
  expect(told).toBe(1)
})
