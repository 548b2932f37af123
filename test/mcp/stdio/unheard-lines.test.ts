import { expect, test } from 'vitest'
import { createUnheardLines } from '../../../src/mcp/stdio/unheard-lines.ts'

test('the last hundred lines are kept, and no more than a megabyte of them', () => {
  const unheard = createUnheardLines()
  for (let line = 0; line < 150; line += 1) unheard.add(String(line))
  const taken = unheard.take()
  expect([taken.length, taken[0], taken.at(-1)]).toEqual([100, '50', '149'])
  expect(unheard.take()).toEqual([])

  const long = 'x'.repeat(400_000)
  for (const line of [long, long, long, 'last']) unheard.add(line)
  expect(unheard.take()).toEqual([long, long, 'last'])
  unheard.add('x'.repeat(2_000_000))
  expect(unheard.take()).toEqual([])
})
