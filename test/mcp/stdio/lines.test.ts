import { assert, array, json, nat, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { inOneLine } from '../../../src/mcp/stdio/in-one-line.ts'
import { createLineSplitter } from '../../../src/mcp/stdio/split-lines.ts'

test('lines are the same however they come', () => {
  assert(
    property(array(string()), array(nat(9)), (texts, cuts) => {
      const lines = texts.map((text) => text.replaceAll(/[\r\n]/g, ' '))
      let left = lines.map((line) => `${line}\n`).join('')
      const splitter = createLineSplitter()
      const seen: string[] = []
      for (const cut of [...cuts, Infinity]) {
        splitter.add(left.slice(0, cut), (line) => seen.push(line))
        left = left.slice(cut)
      }
      expect(seen).toEqual(lines)
      expect(splitter.pending).toBe(0)
    }),
  )
})

test('what has no end yet is waited for', () => {
  const splitter = createLineSplitter()
  const seen: string[] = []
  splitter.add('one\r\ntw', (line) => seen.push(line))
  expect([seen, splitter.pending]).toEqual([['one'], 2])
  splitter.add('o\n', (line) => seen.push(line))
  expect([seen, splitter.pending]).toEqual([['one', 'two'], 0])
})

test('JSON in one line says the same', () => {
  assert(
    property(json(), (text) => {
      const value: unknown = JSON.parse(text)
      const line = inOneLine(Buffer.from(JSON.stringify(value, null, '\t').replaceAll('\n', '\r\n')))
      expect(line).not.toMatch(/[\r\n]/)
      expect(JSON.parse(line)).toEqual(value)
    }),
  )
  expect(inOneLine(Buffer.from('\ufeff{"big": 12345678901234567890}'))).toBe('{"big": 12345678901234567890}')
})
