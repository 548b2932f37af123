import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSettings } from '../../src/config/live-settings.ts'
import { defaultSettings, type PartialSettings } from '../../src/config/settings.ts'
import { temporaryFolder } from '../temporary-folder.ts'

interface Given {
  file?: string
  env?: Record<string, string>
  overrides?: PartialSettings
}

function load({ file, env = {}, overrides = {} }: Given) {
  const folder = temporaryFolder()
  if (file !== undefined) writeFileSync(join(folder, 'config.json'), file)
  return openSettings({ folder, env, overrides }).current
}

const refusal = (message: RegExp, hint = /./) =>
  expect.objectContaining({
    code: 'invalid_settings',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  })

test('without anything set the defaults hold', () => {
  expect(load({})).toEqual({
    server: {
      host: '127.0.0.1',
      port: 5563,
      allowedHosts: [],
      maxBodyBytes: 16_777_216,
      drainSeconds: 30,
      routeHeaders: true,
      fronts: 1,
    },
    auth: { keyPrefix: 'sk-llmd-v1-', missingTokenStatus: 401 },
    models: { memoryBytes: 0, ttlSeconds: 600, warmSpare: true, keptBytes: 1024 ** 3, folder: 'auto' },
    downloads: { connections: 4 },
    secrets: { home: 'auto' },
    usage: { keepDays: 90 },
    metrics: { public: false },
    telemetry: { otlpEndpoint: 'auto' },
    log: {
      level: 'info',
      target: 'auto',
      maxBytes: 20_971_520,
      keepFiles: 5,
      keepDays: 14,
      recentLines: 10_000,
    },
  })
})

test('a flag wins over the environment, that over the file, that over the default', () => {
  const file = JSON.stringify({ server: { host: '10.0.0.1', port: 1, drainSeconds: 1.5 } })
  const settings = load({
    file,
    env: { LLMD_SERVER_HOST: '10.0.0.2', LLMD_SERVER_PORT: '2' },
    overrides: { server: { host: '10.0.0.3' } },
  })
  expect(settings.server).toEqual({ ...defaultSettings.server, host: '10.0.0.3', port: 2, drainSeconds: 1.5 })
})

test('a flag that was not given changes nothing', () => {
  expect(load({ overrides: { server: { port: undefined }, log: undefined } })).toEqual(defaultSettings)
})

test('variables are named for their settings', () => {
  const env = {
    LLMD_SERVER_MAX_BODY_BYTES: '4096',
    LLMD_SERVER_ALLOWED_HOSTS: 'one.example, two.example',
    LLMD_SERVER_DRAIN_SECONDS: '0.5',
    LLMD_MODELS_TTL_SECONDS: '0',
    LLMD_MODELS_WARM_SPARE: 'false',
    LLMD_SECRETS_HOME: 'keychain',
    LLMD_LOG_LEVEL: 'debug',
    LLMD_SERVER_PORT: '',
  }
  expect(load({ env })).toEqual({
    ...defaultSettings,
    server: {
      ...defaultSettings.server,
      maxBodyBytes: 4096,
      allowedHosts: ['one.example', 'two.example'],
      drainSeconds: 0.5,
    },
    models: { ...defaultSettings.models, ttlSeconds: 0, warmSpare: false },
    secrets: { home: 'keychain' },
    log: { ...defaultSettings.log, level: 'debug' },
  })
})

test('variables that are not settings are left alone', () => {
  const env = {
    LLMD_HOME: '/x',
    LLMD_HOST: 'unix:///x',
    LLMD_TOKEN: 'x',
    LLMD_DEBUG: '1',
    LLMD_SERVERS: 'x',
    SERVER_PORT: 'x',
  }
  expect(load({ env })).toEqual(defaultSettings)
})

test('an unknown variable of a group is refused with the nearest name', () => {
  expect(() => load({ env: { LLMD_SERVER_PROT: '1' } })).toThrow(
    refusal(/LLMD_SERVER_PROT/, /LLMD_SERVER_PORT/),
  )
  expect(() => load({ env: { LLMD_LOG_LEVL: 'info' } })).toThrow(refusal(/LLMD_LOG_LEVL/, /LLMD_LOG_LEVEL/))
})

test.each([
  ['{"server":{"prot":1}}', /server\.prot in .*config\.json/, /server\.port\b/],
  ['{"sever":{"port":1}}', /sever in /, /\bserver\b/],
  ['{"port":1}', /port in /, /server\.port\b/],
  ['{"log":{"levels":"info"}}', /log\.levels in /, /log\.level\b/],
])('an unknown key is refused with the nearest known one: %s', (file, message, hint) => {
  expect(() => load({ file })).toThrow(refusal(message, hint))
})

test.each([
  [
    '{"server":{"port":"5563"}}',
    /server\.port in .*config\.json must be a whole number from 0 to 65535, not "5563"/,
  ],
  ['{"server":{"port":70000}}', /server\.port .* not 70000/],
  ['{"server":{"port":null}}', /server\.port .* not null/],
  ['{"server":{"allowedHosts":"a"}}', /server\.allowedHosts .* a list of host names, not "a"/],
  ['{"server":{"allowedHosts":["a",1]}}', /server\.allowedHosts .* a list of host names, not 1/],
  ['{"log":{"level":"loud"}}', /log\.level .* one of debug, info, warn, error, not "loud"/],
  ['{"models":{"warmSpare":"no"}}', /models\.warmSpare .* true or false, not "no"/],
  ['{"models":{"folder":"models"}}', /models\.folder .* auto, or an absolute path, not "models"/],
  ['{"log":[]}', /log in .* an object, not \[\]/],
  ['[]', /config\.json must be an object, not \[\]/],
  ['null', /config\.json must be an object, not null/],
])('a wrong value is refused with what was found and what is allowed: %s', (file, message) => {
  expect(() => load({ file })).toThrow(refusal(message))
})

test('wrong values are refused wherever they come from', () => {
  expect(() => load({ env: { LLMD_SERVER_PORT: 'http' } })).toThrow(
    refusal(/server\.port in the environment .* not "http"/),
  )
  expect(() => load({ env: { LLMD_MODELS_WARM_SPARE: '1' } })).toThrow(
    refusal(/models\.warmSpare in the environment .* not "1"/),
  )
  expect(() => load({ overrides: { server: { port: -1 } } })).toThrow(
    refusal(/server\.port in the flags .* not -1/),
  )
})

test.each(['{', '', '{"server":{},}'])('a file that is not JSON is refused with its path: %j', (file) => {
  expect(() => load({ file })).toThrow(refusal(/config\.json is not valid JSON: /))
})

test('the file is read, never written', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'config.json')
  openSettings({ folder, env: {} })
  expect(existsSync(file)).toBe(false)

  const text = '{ "log": {\n\n"level": "warn" } }'
  writeFileSync(file, text, { mode: 0o444 })
  utimesSync(file, 1, 1)
  const before = statSync(file)
  expect(
    openSettings({ folder, env: { LLMD_SERVER_PORT: '9' }, overrides: { server: { host: '::1' } } }).current
      .log.level,
  ).toBe('warn')
  expect(readFileSync(file, 'utf8')).toBe(text)
  expect(statSync(file)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs, mode: before.mode })
})

test.each(['nonsense', 'ftp://collector', 'http://user:secret@collector:4318', ''])(
  '%s is no address of a collector',
  (otlpEndpoint) => {
    expect(() => load({ overrides: { telemetry: { otlpEndpoint } } })).toThrow(/telemetry\.otlpEndpoint/)
  },
)
