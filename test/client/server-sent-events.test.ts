import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readServerSentEvents } from '../../src/client/server-sent-events.ts'

async function* chunks(bytes: Uint8Array, cuts: number[]): AsyncGenerator<Uint8Array> {
  let start = 0
  for (const cut of [
    ...cuts.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ]) {
    yield bytes.subarray(start, cut)
    start = cut
  }
}

const read = (text: string, cuts: number[] = []) =>
  Array.fromAsync(readServerSentEvents(chunks(new TextEncoder().encode(text), cuts)))

describe('readServerSentEvents', () => {
  it('gives the data of each event', async () => {
    expect(await read('data: one\n\ndata: two\n\n')).toEqual(['one', 'two'])
  })

  it('joins the data lines of one event and passes over comments and other fields', async () => {
    expect(await read(': keepalive\n\nevent: message\ndata: a\ndata:b\nid: 7\n\n')).toEqual(['a\nb'])
  })

  it('gives up an event that never ended', async () => {
    expect(await read('data: one\n\ndata: tw')).toEqual(['one'])
  })

  it('reads the same events wherever the stream is cut, with every kind of line end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, '')),
          { minLength: 1 },
        ),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat()),
        async (events, end, cuts) => {
          // A byte order mark at the start of a stream is no part of it; here it would be a part of the data.
          const text = events.map((event) => `data: ${event}${end}${end}`).join('')
          // The last carriage return may be half of a line end, so something has to follow it.
          expect(await read(`${text}:${end}`, cuts)).toEqual(events)
        },
      ),
    )
  })
})
