import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMessageReader } from '../../../src/cli/chat/message-reader.ts'

/** What comes of each line, and whether more is waited for after the last. */
function read(...lines: string[]) {
  const reader = createMessageReader()
  return { messages: lines.map((line) => reader.push(line)), isOpen: reader.isOpen }
}

describe('a message', () => {
  it.each([
    [['hi', ''], ['hi', ''], false],
    [['a \\', 'b\\', 'c'], [null, null, 'a \nb\nc'], false],
    [['"""', 'a', '', 'b \\', '"""'], [null, null, null, null, 'a\n\nb \\'], false],
    [['"""a', 'b"""'], [null, 'a\nb'], false],
    [['"""a"""', 'b'], ['a', 'b'], false],
    [['say """', 'b'], ['say """', 'b'], false],
    [['"""', '"""'], [null, ''], false],
    [['"""', 'a'], [null, null], true],
    [['a\\'], [null], true],
  ])('of the lines %j', (lines, messages, isOpen) => {
    expect(read(...lines)).toEqual({ messages, isOpen })
  })

  it('between quotes is as it was written', () => {
    const line = fc.string().filter((text) => !text.includes('"""') && text !== '')
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), (lines) => {
        const { messages } = read('"""', ...lines, '"""', 'next')
        expect(messages.at(-2)).toBe(lines.join('\n'))
        expect(messages.at(-1)).toBe('next')
      }),
    )
  })

  it('can be given up', () => {
    const reader = createMessageReader()
    reader.push('"""a')
    expect(reader.isOpen).toBe(true)
    reader.reset()
    expect(reader.isOpen).toBe(false)
    expect(reader.push('b')).toBe('b')
  })
})
