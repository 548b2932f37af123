import { setImmediate as turn } from 'node:timers/promises'
import { createGenerator, type Job, type JobEnd } from '../../../src/inference/engine/generator.ts'
import type { DrawnToken } from '../../../src/inference/engine/language-model.ts'
import { createBabblingModel, wholeAnswer } from './babbling-model.ts'

export const limits = { prefillAlone: 12, prefillBesideDecode: 4 }

export interface Ask {
  id: string
  client?: string
  prompt: number[]
  maxTokens?: number
  /** The answer is complete with this token of it. */
  toldAt?: number
  seed?: number
  /** Its prompt's tokens are scored. */
  scores?: boolean
}

export type JobEvent =
  | { id: string; type: 'token'; token: number }
  | { id: string; type: 'scored'; scored: DrawnToken[] }
  | { id: string; type: 'end'; end: JobEnd }
  | { id: string; type: 'failure' }

/** What the job alone would give. */
export function expected({ prompt, maxTokens = Infinity, toldAt = Infinity }: Ask, context: number) {
  const most = Math.min(maxTokens, context - prompt.length)
  const { tokens, ended } = wholeAnswer(prompt, most)
  if (toldAt <= tokens.length) return { tokens: tokens.slice(0, toldAt), reason: 'told' }
  // The answer is cut off at its last allowed token, before the model can say that it was the last.
  return { tokens, reason: ended && tokens.length < most ? 'end-token' : 'length' }
}

/** A generator, and what is heard of its jobs. */
export function observeGenerator(options: { sequences?: number; context?: number; clones?: boolean } = {}) {
  const { sequences = 2, context = 64, clones = true } = options
  const model = createBabblingModel({ context, sequences })
  const events: JobEvent[] = []
  const generator = createGenerator({
    model,
    pace: { limits: () => limits, took() {} },
    ...(clones && {
      clone: async (from, to) => {
        await from.save('copy')
        await to.restore('copy')
      },
    }),
  })
  const of = (id: string) => events.filter((event) => event.id === id)
  return {
    model,
    generator,
    events,
    of,
    submit: ({ id, client = '', prompt, maxTokens = Infinity, toldAt, seed, scores }: Ask) => {
      let count = 0
      const job: Job = {
        id,
        client,
        prompt,
        sampling: { temperature: 0, topP: 1, ...(seed !== undefined && { seed }) },
        maxTokens,
        ...(scores && {
          promptLogprobs: {
            top: 0,
            onRead: (scored: DrawnToken[]) => void events.push({ id, type: 'scored', scored }),
          },
        }),
        onToken({ token }) {
          events.push({ id, type: 'token', token })
          count += 1
          return count === toldAt
        },
        onEnd: (end) => events.push({ id, type: 'end', end }),
        onFailure: () => events.push({ id, type: 'failure' }),
      }
      generator.submit(job)
    },
    tokens: (id: string) => of(id).flatMap((event) => (event.type === 'token' ? [event.token] : [])),
    /** How it ended, once it has. */
    end: (id: string) => of(id).find((event) => event.type === 'end')?.end,
    ended: (id: string) => of(id).some((event) => event.type === 'end' || event.type === 'failure'),
  }
}

/** Lets batches be computed until the condition holds. */
export async function until(condition: () => boolean) {
  for (let turns = 0; !condition(); turns++) {
    if (turns === 5000) throw new Error('it did not come to an end')
    await turn()
  }
}

/** A prompt that is answered with at least this many tokens. */
export function talkative(least: number, length = 3): number[] {
  for (let first = 0; ; first++) {
    const prompt = Array.from({ length }, (_, index) => (first >> (index * 3)) & 7)
    if (wholeAnswer(prompt, least).tokens.length === least) return prompt
  }
}
