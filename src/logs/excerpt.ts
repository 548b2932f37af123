/** What is kept of one text, in bytes. */
const longest = 65_536

/** The beginning of a text that comes in pieces. */
export interface Excerpt {
  readonly add: (piece: Uint8Array) => void
  text(): string
  /** Of the whole text. */
  readonly bytes: number
}

export function createExcerpt(): Excerpt {
  const kept: Uint8Array[] = []
  let bytes = 0
  return {
    add(piece) {
      // Copied: whoever sent it may use its memory again.
      if (bytes < longest) kept.push(Uint8Array.from(piece.subarray(0, longest - bytes)))
      bytes += piece.byteLength
    },
    // A character that was cut is left out.
    text: () => new TextDecoder().decode(Buffer.concat(kept), { stream: bytes > longest }),
    get bytes() {
      return bytes
    },
  }
}
