import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openInputHistory } from '../../../src/cli/chat/input-history.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

test('what was typed is there again, the newest first, and its owner’s alone', () => {
  const file = join(temporaryFolder(), 'data', 'chat-history')
  const first = openInputHistory(file)
  expect(first.lines).toEqual([])
  for (const line of ['one', '', '  ', 'two', 'x'.repeat(20_000)]) first.add(line)
  chmodSync(file, 0o644)
  expect(openInputHistory(file).lines).toEqual(['two', 'one'])
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('it does not grow for ever', () => {
  const file = join(temporaryFolder(), 'chat-history')
  writeFileSync(file, Array.from({ length: 2500 }, (_, index) => `line ${index}\n`).join(''))
  const { lines } = openInputHistory(file)
  expect(lines).toHaveLength(1000)
  expect(lines[0]).toBe('line 2499')
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(1001)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('where nothing can be kept, nothing is', () => {
  const file = join(temporaryFolder(), 'a file')
  writeFileSync(file, '')
  const history = openInputHistory(join(file, 'chat-history'))
  history.add('one')
  expect(history.lines).toEqual([])
})
