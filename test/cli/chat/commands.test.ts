import { expect, test } from 'vitest'
import { changeSettings, formatSettings } from '../../../src/cli/chat/change-settings.ts'
import { parseCommand } from '../../../src/cli/chat/parse-command.ts'

test.each([
  ['/help', { name: 'help', rest: '' }],
  ['/EXIT  ', { name: 'exit', rest: '' }],
  ['/system  Be brief.\nBe kind. ', { name: 'system', rest: 'Be brief.\nBe kind.' }],
  ['/set temperature 0.2', { name: 'set', rest: 'temperature 0.2' }],
  ['hello /help', undefined],
  ['//help', undefined],
  ['/usr/bin/env', undefined],
  ['', undefined],
])('%j', (text, command) => expect(parseCommand(text)).toEqual(command))

test.each(['/', '/nope', '/help?', '/constructor'])('there is no %s', (text) => {
  expect(() => parseCommand(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})

test('settings are set and taken back one by one', () => {
  const settings = changeSettings({ seed: 7 }, 'top-p 0.5')
  expect(settings).toEqual({ seed: 7, top_p: 0.5 })
  expect(formatSettings(settings)).toBe('top_p 0.5, seed 7')
  expect(changeSettings(settings, 'seed')).toEqual({ top_p: 0.5 })
  expect(formatSettings({})).toBe('as the model has it')
})

test.each(['colour 3', 'temperature warm', 'seed 1 2', 'model 7'])('%j is refused', (text) => {
  expect(() => changeSettings({}, text)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})
