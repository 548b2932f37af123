import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { editBytes } from '../../../src/providers/forwarding/edit-bytes.ts'
import {
  createModelRenamer,
  quoteName,
  renameModel,
  renamingsOfEvents,
} from '../../../src/providers/forwarding/rename-model.ts'

const anyJson = fc.jsonValue({ maxDepth: 4 })
/** Objects whose keys and texts are such as could be taken for the model. */
const tricky = fc.dictionary(
  fc.constantFrom('model', 'a', '"model"', 'x"model', 'model\\', 'response', 'usage', ':'),
  fc.oneof(
    anyJson,
    fc.constantFrom('model', '"model":"x"', '\\"model": "', '{"model":"y"}', { model: 'inner' }),
  ),
)

test('only the own model of an object is renamed', () => {
  fc.assert(
    fc.property(tricky, fc.string(), fc.constantFrom(undefined, 2), (rest, name, space) => {
      const answer = { ...rest, model: 'theirs', z: { model: 'inner' } }
      const renamed = renameModel(Buffer.from(JSON.stringify(answer, null, space)), quoteName(name))
      expect(renamed.toString()).toBe(JSON.stringify({ ...answer, model: name }, null, space))
    }),
  )
})

test('a model that is no name stays, and JSON without one', () => {
  for (const json of [
    '{"model":5}',
    '{"model":null}',
    '{"model":{"model":"x"}}',
    '{"a":"model"}',
    '[{"model":"x"}]',
    '',
  ]) {
    expect(renameModel(Buffer.from(json), quoteName('n')).toString()).toBe(json)
  }
})

test('JSON in pieces is renamed as if it were whole', () => {
  const filler = fc.string({ maxLength: 3000 })
  const cuts = fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(tricky, filler, filler, cuts, (rest, before, after, sizes) => {
      const whole = Buffer.from(JSON.stringify({ before, ...rest, model: 'theirs', after }))
      const renamer = createModelRenamer(quoteName('a name'))
      const out: Buffer[] = []
      for (let at = 0, turn = 0; at < whole.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1
        out.push(renamer.push(whole.subarray(at, at + size)))
        at += size
      }
      out.push(renamer.end())
      expect(Buffer.concat(out).toString()).toBe(renameModel(whole, quoteName('a name')).toString())
    }),
  )
})

test.for([
  ['data: {"model":"x"}\n\n', 'data: {"model":"n"}\n\n'],
  ['data: {"model" : "x\\"y"}\r\n\r\n', 'data: {"model" : "n"}\r\n\r\n'],
  ['data:{"a":{"model":"x"},"model":"x"}\n\n', 'data:{"a":{"model":"x"},"model":"n"}\n\n'],
  ['data: {"response":{"model":"x"}}\n\n', 'data: {"response":{"model":"n"}}\n\n'],
  [
    'data: {"response": {"metadata":{"model":"x"}}}\n\n',
    'data: {"response": {"metadata":{"model":"x"}}}\n\n',
  ],
  ['data: {"a":"response","b":{"model":"x"}}\n\n', 'data: {"a":"response","b":{"model":"x"}}\n\n'],
  ['data: {"model":"x"}\n\ndata: {"model":"x"}\n\n', 'data: {"model":"n"}\n\ndata: {"model":"n"}\n\n'],
  ['data: {\ndata: "model": "x"\ndata: }\n\n', 'data: {\ndata: "model": "n"\ndata: }\n\n'],
  [': {"model":"x"}\n\n', ': {"model":"x"}\n\n'],
  ['data: {"delta":"\\"model\\":\\"x\\""}\n\n', 'data: {"delta":"\\"model\\":\\"x\\""}\n\n'],
] as const)('%j becomes %j', ([events, expected]) => {
  const bytes = Buffer.from(events)
  expect(editBytes(bytes, renamingsOfEvents(bytes, quoteName('n'))).toString()).toBe(expected)
})

test('of very many keys each byte is read once', () => {
  const many = Array.from({ length: 100_000 }, () => '"model":"inner"').join(',')
  const created = `data: {"response":{"tools":[{${many}}],"model":"theirs"},"b":{${many}}}\n\n`
  const begun = performance.now()
  const events = Buffer.from(`event: "model"\n${created}data: {"model":"theirs"}\n\n`)
  const renamed = editBytes(events, renamingsOfEvents(events, quoteName('ours')))
  // Read anew for each, they would take minutes.
  expect(performance.now() - begun).toBeLessThan(5000)
  expect(renamed.toString()).toBe(events.toString().replaceAll('"theirs"', '"ours"'))
})

function renameEvent(json: string): string {
  const events = Buffer.from(`data: ${json}\n\n`)
  return editBytes(events, renamingsOfEvents(events, quoteName('ours')))
    .toString()
    .slice('data: '.length, -2)
}

test('only the response of an event is renamed, not what has a key that ends alike', () => {
  expect(renameEvent('{"response" : {"model":"x"}}')).toBe('{"response" : {"model":"ours"}}')
  for (const json of [
    '{"a\\"response":{"model":"x"}}',
    '{"a":"response","b":{"model":"x"}}',
    '[{"model":"x"}]',
  ]) {
    expect(renameEvent(json)).toBe(json)
  }
})
