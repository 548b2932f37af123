import type { StepLimits } from './schedule.ts'

/**
 * A step cannot be broken off: its length is how long an abort, or the next token of another answer, can take. These
 * are the lengths to aim for, in milliseconds. Alone, longer ones gain throughput: at 150 a prompt is read 8 % slower.
 */
const aloneMs = 350
const besideDecodeMs = 100

/** Fewer tokens at once take llama.cpp about twice the time each; more gain nothing. */
const fewest = 64
const most = 512
/** Kernels compute in blocks: a few tokens beyond a multiple cost a whole one. */
const block = 32

/** How much of the measured speed is the last step's. */
const weight = 0.3

/** Sizes the steps of prompts by how fast this model reads on this machine. */
export interface Pace {
  limits(): StepLimits
  /** A step that evaluated so many tokens of prompts took so long. */
  took(tokens: number, ms: number): void
}

export function createPace(): Pace {
  let tokensPerMs: number | undefined
  const size = (ms: number, unknown: number) => {
    if (tokensPerMs === undefined) return unknown
    const tokens = Math.floor((tokensPerMs * ms) / block) * block
    return Math.min(most, Math.max(fewest, tokens))
  }
  return {
    limits: () => ({ prefillAlone: size(aloneMs, 128), prefillBesideDecode: size(besideDecodeMs, fewest) }),
    took(tokens, ms) {
      // Small steps tell more of what every step costs than of the speed.
      if (tokens < fewest) return
      // No step takes less time than the clock can tell.
      const speed = tokens / Math.max(ms, 0.001)
      tokensPerMs = tokensPerMs === undefined ? speed : tokensPerMs + weight * (speed - tokensPerMs)
    },
  }
}
