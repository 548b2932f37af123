import type { Token } from 'node-llama-cpp'

/** The library marks its token numbers by a type of their own; to the rest of the engine they are numbers. */
export function asTokens(tokens: readonly number[]): Token[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return tokens as Token[]
}
