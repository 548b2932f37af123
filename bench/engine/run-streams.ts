import type { BenchContext } from './measurement.ts'
import { streamCompletion, type CompletionServer } from './stream-completion.ts'
import { sum } from '../common/statistics.ts'

/** Tokens of each stream's prompt: next to nothing, so that decoding is what is measured. */
const promptTokens = 8

/**
 * Answers `streams` requests at once.
 * @returns all their tokens, and tokens a second from the first token of any to the last of all
 */
export async function runStreams(
  { prompt }: Pick<BenchContext, 'prompt'>,
  {
    server,
    model,
    streams,
    tokens,
  }: { server: CompletionServer; model: string; streams: number; tokens: number },
): Promise<{ tokens: number; tokensPerSecond: number }> {
  const answers = await Promise.all(
    Array.from({ length: streams }, () =>
      streamCompletion(server, { model, prompt: prompt(promptTokens), maxTokens: tokens }),
    ),
  )
  const from = Math.min(...answers.map((answer) => answer.firstTextAt))
  const to = Math.max(...answers.map((answer) => answer.endedAt))
  const total = sum(answers.map((answer) => answer.completionTokens))
  return { tokens: total, tokensPerSecond: ((total - streams) / (to - from)) * 1000 }
}
