import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { call } from './call.ts'
import { fakeApp, keys } from './fake-services.ts'

const answerTo = (json: unknown, options: { maxBodyBytes?: number } = {}) =>
  call(fakeApp(options), { method: 'POST', path: '/v1/chat/completions', key: keys.llm, json })

const nested = (levels: number): unknown => (levels === 0 ? 0 : [nested(levels - 1)])

it('takes 128 levels and no more', async () => {
  expect((await answerTo({ a: nested(127) })).body.error.message).toMatch(/^(model|messages): /)
  expect((await answerTo({ a: nested(128) })).body.error.message).toBe(
    'The body is nested deeper than 128 levels.',
  )
})

const large = { maxBodyBytes: 10_000_000 }

const members = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, ':']))

it('takes 100,000 members and no more', async () => {
  expect((await answerTo(members(100_000), large)).body.error.message).toMatch(/^(model|messages): /)
  expect((await answerTo(members(100_001), large)).body.error.message).toBe(
    'The body has 100001 members; at most 100000 are read.',
  )
})

// One of them is the body, and one the list.
const holding = (count: number) => ({ list: Array.from({ length: count - 2 }, () => []) })

it('takes 100,000 objects and arrays and no more', async () => {
  expect((await answerTo(holding(100_000), large)).body.error.message).toMatch(/^(model|messages): /)
  expect((await answerTo(holding(100_001), large)).body.error.message).toBe(
    'The body has 100001 objects and arrays; at most 100000 are read.',
  )
})

it('counts no bracket that stands in a string, whatever stands around it', async () => {
  const pieces = fc.constantFrom('[', '{', ']', '}', '"', '\\', 'é', '[['.repeat(200))
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 30 }), async (text) => {
      const { body } = await answerTo({ [text.join('')]: text.join('') })
      expect(body.error.message).toMatch(/^(model|messages): /)
    }),
    { numRuns: 50 },
  )
})
