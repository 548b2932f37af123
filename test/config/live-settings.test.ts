import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSettings } from '../../src/config/live-settings.ts'
import type { PartialSettings } from '../../src/config/settings.ts'
import { temporaryFolder } from '../temporary-folder.ts'

function open({
  file = {},
  env = {},
  overrides = {},
}: {
  file?: PartialSettings
  env?: NodeJS.ProcessEnv
  overrides?: PartialSettings
}) {
  const folder = temporaryFolder()
  const write = (text: string) => writeFileSync(join(folder, 'config.json'), text)
  write(JSON.stringify(file))
  const settings = openSettings({ folder, env, overrides })
  const find = (name: string) => settings.list().find((setting) => setting.name === name)
  return { settings, write, find }
}

test('each setting is listed with where it came from', () => {
  const { find } = open({
    file: { server: { port: 1, host: '10.0.0.1' }, log: { level: 'warn' } },
    env: { LLMD_SERVER_PORT: '2', LLMD_LOG_LEVEL: 'error' },
    overrides: { server: { port: 3 } },
  })
  expect(find('server.port')).toEqual({ name: 'server.port', value: 3, source: 'flag', live: false })
  expect(find('log.level')).toEqual({ name: 'log.level', value: 'error', source: 'environment', live: true })
  expect(find('server.host')).toMatchObject({ value: '10.0.0.1', source: 'file' })
  expect(find('server.drainSeconds')).toMatchObject({ value: 30, source: 'default' })
})

test('a reload applies what it can, and tells what needs a restart for as long as it does', () => {
  const { settings, write, find } = open({ file: { server: { port: 1 } } })
  write(JSON.stringify({ server: { port: 2, drainSeconds: 5 }, log: { level: 'debug' } }))
  expect(settings.reload()).toEqual({
    applied: ['server.drainSeconds', 'log.level'],
    needsRestart: ['server.port'],
  })
  expect(settings.current).toMatchObject({ server: { port: 1, drainSeconds: 5 }, log: { level: 'debug' } })
  expect(find('log.level')?.source).toBe('file')
  expect(settings.reload()).toEqual({ applied: [], needsRestart: ['server.port'] })

  write('{}')
  expect(settings.reload().applied).toEqual(['server.drainSeconds', 'log.level'])
  expect(settings.current.log.level).toBe('info')
  expect(find('log.level')?.source).toBe('default')
})

test('how keys begin and what is said to who has none changes while it runs', () => {
  const { settings, write } = open({})
  write(JSON.stringify({ auth: { keyPrefix: 'corp-', missingTokenStatus: 400 } }))
  expect(settings.reload().applied).toEqual(['auth.keyPrefix', 'auth.missingTokenStatus'])
  expect(settings.current.auth).toEqual({ keyPrefix: 'corp-', missingTokenStatus: 400 })
  for (const auth of [{ keyPrefix: 'corp' }, { keyPrefix: 'a b-' }, { missingTokenStatus: 403 }]) {
    write(JSON.stringify({ auth }))
    expect(() => settings.reload()).toThrow(expect.objectContaining({ code: 'invalid_settings' }))
  }
  expect(settings.current.auth.keyPrefix).toBe('corp-')
})

test('what a flag or the environment says, the file cannot change', () => {
  const { settings, write } = open({ env: { LLMD_LOG_LEVEL: 'warn' }, overrides: { server: { port: 9 } } })
  write(JSON.stringify({ server: { port: 2 }, log: { level: 'debug' } }))
  expect(settings.reload()).toEqual({ applied: [], needsRestart: [] })
  expect(settings.current).toMatchObject({ server: { port: 9 }, log: { level: 'warn' } })
})

test.each(['{', '{"log":{"level":"loud"}}', '{"sever":{}}'])('after %s the old ones stay', (text) => {
  const { settings, write } = open({ file: { log: { level: 'warn' } } })
  write(text)
  expect(() => settings.reload()).toThrow(expect.objectContaining({ code: 'invalid_settings' }))
  expect(settings.current.log.level).toBe('warn')
})
