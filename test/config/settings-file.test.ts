import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { changeSettingsFile, readSettingsFile, replaceSettingsFile } from '../../src/config/settings-file.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const fileIn = (folder: string) => join(folder, 'config.json')
const jsonIn = (folder: string) => JSON.parse(readFileSync(fileIn(folder), 'utf8'))

test('a setting is set beside the others, and unset again', () => {
  const folder = temporaryFolder()
  changeSettingsFile(folder, 'server.port', 8080)
  changeSettingsFile(folder, 'server.allowedHosts', ['llm.example.org'])
  changeSettingsFile(folder, 'log.level', 'warn')
  expect(jsonIn(folder)).toEqual({
    server: { port: 8080, allowedHosts: ['llm.example.org'] },
    log: { level: 'warn' },
  })
  changeSettingsFile(folder, 'server.port', undefined)
  changeSettingsFile(folder, 'log.level', undefined)
  expect(jsonIn(folder)).toEqual({ server: { allowedHosts: ['llm.example.org'] } })
  expect(readdirSync(folder)).toEqual(['config.json'])
})

test('to unset what is not set changes nothing', () => {
  const folder = temporaryFolder()
  changeSettingsFile(folder, 'log.level', undefined)
  expect(readSettingsFile(folder)).toEqual({})
})

test('a file keeps its mode, as it has to be read by the one it was made for', () => {
  const folder = temporaryFolder()
  writeFileSync(fileIn(folder), '{}', { mode: 0o640 })
  changeSettingsFile(folder, 'log.level', 'debug')
  expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o640)
})

test.each([
  ['server.port', 'http', /server\.port must be a whole number from 0 to 65535, not "http"/],
  ['log.level', 'loud', /log\.level must be one of debug/],
  ['server.prot', 1, /server\.prot is not a setting/],
])('%s cannot become %j, and the file stays', (name, value, message) => {
  const folder = temporaryFolder()
  const text = '{ "server": { "port": 1 } }'
  writeFileSync(fileIn(folder), text)
  expect(() => changeSettingsFile(folder, name, value)).toThrow(
    expect.objectContaining({ code: 'invalid_request', message: expect.stringMatching(message) }),
  )
  expect(readFileSync(fileIn(folder), 'utf8')).toBe(text)
})

test('an unknown name finds the nearest', () => {
  expect(() => changeSettingsFile(temporaryFolder(), 'port', 1)).toThrow(
    expect.objectContaining({ hint: 'The nearest one is server.port.' }),
  )
})

test('a whole text takes the place of the file, even of one that is broken', () => {
  const folder = temporaryFolder()
  writeFileSync(fileIn(folder), '{ "server": ')
  replaceSettingsFile(folder, '{ "log": { "level": "error" } }')
  expect(readSettingsFile(folder)).toEqual({ log: { level: 'error' } })
})

test.each(['{', '{ "log": { "level": "loud" } }', '[]'])('%s takes no file’s place', (text) => {
  const folder = temporaryFolder()
  expect(() => replaceSettingsFile(folder, text)).toThrow(
    expect.objectContaining({ code: 'invalid_settings', message: expect.stringContaining('what you wrote') }),
  )
  expect(existsSync(fileIn(folder))).toBe(false)
})
