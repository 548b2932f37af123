import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkSocketPath, ensureFolders, resolvePaths } from '../../src/config/paths.ts'
import { temporaryFolder } from '../temporary-folder.ts'

test('LLMD_HOME puts everything below one folder, whatever else is set', () => {
  const paths = resolvePaths({
    LLMD_HOME: '/llmd',
    STATE_DIRECTORY: '/var/lib/llmd',
    XDG_RUNTIME_DIR: '/run/user/1',
  })
  for (const path of Object.values(paths)) expect(path.startsWith('/llmd/')).toBe(true)
  expect(paths).toMatchObject({
    settings: '/llmd/config/config.json',
    database: '/llmd/data/state.db',
    lock: '/llmd/data/lock.db',
    owner: '/llmd/data/owner.json',
    socket: '/llmd/run/llmd.sock',
    daemonLog: '/llmd/logs/llmd.log',
    daemonStderr: '/llmd/logs/stderr.log',
    captured: '/llmd/logs/captured.jsonl',
  })
})

test('a relative LLMD_HOME is taken from the working directory', () => {
  expect(resolvePaths({ LLMD_HOME: 'here' }).data).toBe(join(process.cwd(), 'here', 'data'))
})

test("systemd's folders win over XDG's; the first of several counts", () => {
  expect(
    resolvePaths({
      HOME: '/home/ann',
      STATE_DIRECTORY: '/var/lib/llmd:/var/lib/other',
      RUNTIME_DIRECTORY: '/run/llmd',
      CONFIGURATION_DIRECTORY: '/etc/llmd',
      CACHE_DIRECTORY: '/var/cache/llmd',
      LOGS_DIRECTORY: '/var/log/llmd',
      XDG_DATA_HOME: '/xdg',
    }),
  ).toMatchObject({
    data: '/var/lib/llmd',
    runtime: '/run/llmd',
    config: '/etc/llmd',
    cache: '/var/cache/llmd',
    logs: '/var/log/llmd',
  })
})

test('the XDG folders, with their defaults', () => {
  expect(resolvePaths({ HOME: '/home/ann' })).toMatchObject({
    config: '/home/ann/.config/llmd',
    data: '/home/ann/.local/share/llmd',
    cache: '/home/ann/.cache/llmd',
    runtime: '/home/ann/.local/state/llmd/run',
    logs: '/home/ann/.local/state/llmd',
  })
  const env = {
    HOME: '/home/ann',
    XDG_DATA_HOME: '/data',
    XDG_CACHE_HOME: 'relative',
    XDG_RUNTIME_DIR: '/run/user/1',
  }
  expect(resolvePaths(env)).toMatchObject({
    data: '/data/llmd',
    cache: '/home/ann/.cache/llmd',
    runtime: '/run/user/1/llmd',
  })
})

test('folders are made for their owner alone, and made only once', () => {
  const home = join(temporaryFolder(), 'home')
  const paths = resolvePaths({ LLMD_HOME: home })
  ensureFolders(paths)
  ensureFolders(paths)
  expect(readdirSync(home).toSorted()).toEqual(['cache', 'config', 'data', 'logs', 'run'])
  for (const folder of [home, paths.data, paths.runtime]) expect(statSync(folder).mode & 0o777).toBe(0o700)
})

test('folders that are there keep their mode', () => {
  const home = temporaryFolder()
  mkdirSync(join(home, 'logs'), { mode: 0o750 })
  const paths = resolvePaths({ LLMD_HOME: home })
  ensureFolders(paths)
  expect(statSync(paths.logs).mode & 0o777).toBe(0o750)
})

test('a folder that cannot be made is named', () => {
  const home = join(temporaryFolder(), 'file')
  writeFileSync(home, '')
  expect(() => ensureFolders(resolvePaths({ LLMD_HOME: home }))).toThrow(
    expect.objectContaining({ code: 'invalid_settings', message: expect.stringContaining(home) }),
  )
})

test.each([
  ['linux', 107],
  ['darwin', 103],
] as const)('on %s a socket path may have %i bytes', (platform, limit) => {
  checkSocketPath('/'.padEnd(limit, 'x'), platform)
  checkSocketPath(`/${'é'.repeat((limit - 1) / 2)}`, platform)
  const tooLong = expect.objectContaining({
    code: 'invalid_settings',
    hint: expect.stringMatching(/--socket.*LLMD_HOME/),
  })
  expect(() => checkSocketPath('/'.padEnd(limit + 1, 'x'), platform)).toThrow(tooLong)
  expect(() => checkSocketPath(`/${'é'.repeat((limit + 1) / 2)}`, platform)).toThrow(tooLong)
})
