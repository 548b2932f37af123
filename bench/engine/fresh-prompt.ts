/** Ordinary tokens of the random models: after bytes and control tokens, before the unused ones. */
const firstToken = 300
const tokenCount = 10_000

/** Prompts of exactly `length` tokens; no two share a prefix, so that no cache answers for the engine. */
export function createPrompts(): (length: number) => number[] {
  let state = 1
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return firstToken + ((state >>> 8) % tokenCount)
  }
  return (length) => Array.from({ length }, next)
}
