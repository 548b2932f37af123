/** Puts `bytes` in the place of what lies from `start` to before `end`. */
export interface Edit {
  start: number
  end: number
  bytes: Buffer
}

/** Edits must not overlap, and come in the order of their places. */
export function editBytes(source: Buffer, edits: Edit[]): Buffer {
  if (edits.length === 0) return source
  let length = source.length
  for (const { start, end, bytes } of edits) length += bytes.length - (end - start)
  const target = Buffer.allocUnsafe(length)
  let from = 0
  let to = 0
  for (const { start, end, bytes } of edits) {
    to += source.copy(target, to, from, start)
    to += bytes.copy(target, to)
    from = end
  }
  source.copy(target, to, from)
  return target
}
