import { type Edit, editBytes } from './edit-bytes.ts'
import { advance, endOfString, findKey, isValueOf, quote, startNesting, valueAfter } from './json-bytes.ts'
import { followLines, type LinePlace } from './line-nesting.ts'

const modelKey = Buffer.from('"model"')
const responseKey = Buffer.from('"response"')

/** Of `data:`; comments and the names of events are left alone. */
const firstOfData = 0x64

/** A longer name of a model is left as it is where an answer is passed on in pieces. */
const mostKeptBack = 1024

/** A name as it stands in JSON. */
export function quoteName(model: string): Buffer {
  return Buffer.from(JSON.stringify(model))
}

/** JSON that is there whole, with its own `model` replaced; those of what lies within it stay. */
export function renameModel(json: Buffer, name: Buffer): Buffer {
  const nesting = startNesting()
  const edits: Edit[] = []
  let read = 0
  for (let at = findKey(json, modelKey, 0); at !== -1; at = findKey(json, modelKey, at + 1)) {
    advance(nesting, json, read, at)
    read = at
    const edit = nesting.depth === 1 ? renaming(json, at, name) : null
    if (edit) edits.push(edit)
  }
  return editBytes(json, edits)
}

/** What renames the model of each event: its own, or that of the response it tells of. */
export function renamingsOfEvents(events: Buffer, name: Buffer): Edit[] {
  const edits: Edit[] = []
  const placeOf = followLines(events)
  for (let at = findKey(events, modelKey, 0); at !== -1; at = findKey(events, modelKey, at + 1)) {
    const edit = isOwnModel(events, placeOf(at)) ? renaming(events, at, name) : null
    if (edit) edits.push(edit)
  }
  return edits
}

/** Renames the model in JSON that comes in pieces, and keeps back of each what might be the half of a member. */
export function createModelRenamer(name: Buffer): { push(chunk: Buffer): Buffer; end(): Buffer } {
  const nesting = startNesting()
  let kept: Buffer = Buffer.alloc(0)

  const take = (bytes: Buffer, end: number): Buffer => {
    const edits: Edit[] = []
    let read = 0
    for (let at = findKey(bytes, modelKey, 0); at !== -1 && at < end; at = findKey(bytes, modelKey, at + 1)) {
      advance(nesting, bytes, read, at)
      read = at
      const edit = nesting.depth === 1 && !nesting.inString ? renaming(bytes, at, name) : null
      if (edit) edits.push(edit)
    }
    const taken = Math.max(end, edits.at(-1)?.end ?? 0)
    advance(nesting, bytes, read, taken)
    kept = bytes.subarray(taken)
    return editBytes(bytes.subarray(0, taken), edits)
  }

  return {
    push(chunk) {
      const bytes = kept.length === 0 ? chunk : Buffer.concat([kept, chunk])
      return take(bytes, Math.max(0, bytes.length - mostKeptBack))
    },
    end: () => take(kept, kept.length),
  }
}

function renaming(bytes: Buffer, at: number, name: Buffer): Edit | null {
  const start = valueAfter(bytes, at + modelKey.length)
  if (bytes[start] !== quote) return null
  const end = endOfString(bytes, start)
  return end === -1 ? null : { start, end, bytes: name }
}

/** Whether a member of an event's JSON, which lies in one line, is the event's own or its response's. */
function isOwnModel(events: Buffer, { line, nesting }: LinePlace): boolean {
  if (events[line] !== firstOfData) return false
  if (nesting.depth !== 2) return nesting.depth <= 1
  return isValueOf(events, responseKey, nesting.second)
}
