import { createTokenText } from '../../../src/inference/engine/token-text.ts'

/** The pieces of text that the engine makes of tokens with these bytes: whole characters, wherever they are cut. */
export function decode(tokens: readonly Uint8Array[]): string[] {
  const text = createTokenText({
    // As llama.cpp does it: what is not whole shows as U+FFFD.
    detokenize: (wanted) =>
      Buffer.concat(wanted.map((token) => tokens[token] ?? new Uint8Array())).toString(),
  })
  return [...Array.from(tokens.keys(), (token) => text.push(token)), text.end()]
}
