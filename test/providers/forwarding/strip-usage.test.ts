import { expect, test } from 'vitest'
import { editBytes } from '../../../src/providers/forwarding/edit-bytes.ts'
import { strippingsOfUsage } from '../../../src/providers/forwarding/strip-usage.ts'

function strip(events: string) {
  const bytes = Buffer.from(events)
  const { edits, usage } = strippingsOfUsage(bytes)
  return { text: editBytes(bytes, edits).toString(), usage }
}

const many = (member: string) => Array.from({ length: 100_000 }, () => member).join(',')

test('what came for llmd alone is taken out, and nothing that lies deeper', () => {
  const last = 'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}\n\n'
  const first = 'data: {"choices":[{"usage":null}],"usage":null}\n\n'
  const events = `${first}${last}data: {"usage": null,"choices":[1]}\n\n`
  expect(strip(events)).toEqual({
    text: 'data: {"choices":[{"usage":null}]}\n\ndata: {"choices":[1]}\n\n',
    usage: { promptTokens: 3, completionTokens: 4, cachedTokens: 0, reasoningTokens: 0 },
  })
})

test('of very many keys each byte is read once', () => {
  const events = `data: {"a":{${many('"usage":null')}},"choices":[1],"b":{${many('"usage":{"x":1}')}}}\n\n`
  const begun = performance.now()
  expect(strip(events)).toEqual({ text: events, usage: null })
  // Read anew for each, they would take minutes.
  expect(performance.now() - begun).toBeLessThan(5000)
})
