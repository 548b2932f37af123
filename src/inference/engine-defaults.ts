import type { EngineOptions } from './inference.ts'

/** What the engine takes where the options say nothing, and what the estimate of its memory reckons with. */
export function chosenSizes(
  { context, slots }: EngineOptions,
  trainedContext: number,
): { context: number; slots: number } {
  return { context: context ?? Math.min(trainedContext, 8192), slots: slots ?? 2 }
}
