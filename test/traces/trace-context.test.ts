import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { childSpanId, continueTrace, traceparentOf } from '../../src/traces/trace-context.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const parent = 'b7ad6b7169203331'

test('a trace of the client goes on', () => {
  const trace = continueTrace(`00-${traceId}-${parent}-01`)
  expect(trace).toMatchObject({ traceId, parentSpanId: parent, isSampled: true })
  expect(trace.spanId).toMatch(/^[0-9a-f]{16}$/)
  expect(trace.spanId).not.toBe(parent)
  expect(continueTrace(`00-${traceId}-${parent}-00`).isSampled).toBe(false)
  expect(continueTrace(`00-${traceId}-${parent}-03`).isSampled).toBe(true)
  // Of later versions what is known counts.
  expect(continueTrace(`01-${traceId}-${parent}-01-more`).traceId).toBe(traceId)
})

test.each([
  undefined,
  '',
  'nonsense',
  `00-${traceId}-${parent}`,
  `00-${traceId}-${parent}-01-more`,
  `ff-${traceId}-${parent}-01`,
  `00-${traceId.toUpperCase()}-${parent}-01`,
  `00-${'0'.repeat(32)}-${parent}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId}-${parent}-01\r\nx-evil: 1`,
])('%s begins a trace', (header) => {
  const trace = continueTrace(header)
  expect(trace).toMatchObject({ parentSpanId: null, isSampled: true })
  expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/)
  expect(trace.traceId).not.toBe(traceId)
})

test('whatever a client sends, what is passed on is well-formed, and goes on by the same rules', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 100 }), (header, number) => {
      const trace = continueTrace(header)
      const passedOn = traceparentOf(trace, number)
      expect(passedOn).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/)
      expect(continueTrace(passedOn)).toMatchObject({
        traceId: trace.traceId,
        parentSpanId: childSpanId(trace.spanId, number),
        isSampled: trace.isSampled,
      })
    }),
  )
})

test('parts of one request have identifiers of their own', () => {
  const spanId = fc.stringMatching(/^[0-9a-f]{16}$/)
  const number = fc.integer({ min: 1, max: 65_535 })
  fc.assert(
    fc.property(spanId, number, number, (id, one, other) => {
      expect(childSpanId(id, one)).toMatch(/^[0-9a-f]{16}$/)
      expect(childSpanId(id, one)).not.toBe(id)
      if (one !== other) expect(childSpanId(id, one)).not.toBe(childSpanId(id, other))
    }),
  )
})
