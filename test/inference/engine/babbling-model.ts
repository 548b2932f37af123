import type { LanguageModel, Sequence } from '../../../src/inference/engine/language-model.ts'

/** Tokens overlap, so that a stop string may come in several ways. */
const vocabulary = ['a', 'b', 'ab', 'ba', 'abb', ' ', 'é', '.']

/** Tokens that make a call fail: when they are in a prompt to be kept, read, or answered, let go of, or copied. */
export const failing = { keep: 100, prefill: 101, generate: 102, release: 103, save: 104 } as const

/** The next token after a history, undefined at the end: as good as random, and any lost token changes it. */
function next(history: readonly number[]): number | undefined {
  let hash = 17
  for (const token of history) hash = (Math.imul(hash, 31) + token + 7) >>> 0
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0
  return hash % 24 === 0 ? undefined : hash % vocabulary.length
}

/** All that the model would answer to a prompt, up to this many tokens. */
export function wholeAnswer(prompt: readonly number[], most: number): { tokens: number[]; ended: boolean } {
  const tokens: number[] = []
  for (;;) {
    const token = next([...prompt, ...tokens])
    if (token === undefined) return { tokens, ended: true }
    if (tokens.length === most) return { tokens, ended: false }
    tokens.push(token)
  }
}

export function textOf(tokens: readonly number[]): string {
  return tokens.map((token) => vocabulary[token] ?? '').join('')
}

function refuse(tokens: readonly number[], token: number) {
  if (tokens.includes(token)) throw new Error(`token ${token} cannot be computed`)
}

/** What it finds of a token after others: as good as random, and any lost token changes it. */
export function logprobOf(history: readonly number[], token: number): number {
  let hash = 11
  for (const one of [...history, token]) hash = (Math.imul(hash, 31) + one + 3) >>> 0
  return -(hash % 1000) / 100
}

const scoredAtOnce = 5

interface Batch {
  /** By sequence. */
  decode: number[]
  prefill: { sequence: number; count: number; scored?: true }[]
}

export interface BabblingModel extends LanguageModel {
  /** What was computed together, in order. */
  readonly batches: Batch[]
  /** Answers begun and neither ended nor returned. */
  readonly open: ReadonlySet<number>
  /** Sequences used by two calls at once, or read into while they answer. */
  readonly violations: string[]
  /** Prompt tokens evaluated for the answer with this seed. */
  readonly evaluatedFor: ReadonlyMap<number, number>
  /** Number of sequences written for another. */
  readonly saves: number
  /** Called when a sequence is about to be given to a prompt. */
  beforeKeep: (() => void) | undefined
}

/** A model that computes nothing, but keeps to the rules of the port and minds them. A batch takes one turn. */
export function createBabblingModel(options: { context: number; sequences: number }): BabblingModel {
  const batches: Batch[] = []
  const open = new Set<number>()
  const violations: string[] = []
  const evaluatedFor = new Map<number, number>()
  const files = new Map<string, readonly number[]>()
  let saves = 0
  let batch: { content: Batch; done: Promise<void> } | undefined

  function compute(add: (content: Batch) => void): Promise<void> {
    if (!batch) {
      const content: Batch = { decode: [], prefill: [] }
      batches.push(content)
      const { promise: done, resolve } = Promise.withResolvers<void>()
      batch = { content, done }
      setImmediate(() => {
        batch = undefined
        resolve()
      })
    }
    add(batch.content)
    return batch.done
  }

  function createSequence(index: number): Sequence {
    let held: number[] = []
    let busy = false
    let evaluated = 0

    async function alone<Result>(work: () => Promise<Result>): Promise<Result> {
      if (busy) violations.push(`two calls at once on sequence ${index}`)
      busy = true
      try {
        return await work()
      } finally {
        busy = false
      }
    }

    const commonPrefix = (tokens: readonly number[]) => {
      const different = tokens.findIndex((token, position) => held[position] !== token)
      return different === -1 ? tokens.length : different
    }

    return {
      get length() {
        return held.length
      },
      save: (file) =>
        alone(async () => {
          await Promise.resolve()
          saves += 1
          refuse(held, failing.save)
          files.set(file, [...held])
        }),
      restore: (file) =>
        alone(async () => {
          await Promise.resolve()
          if (open.has(index)) violations.push(`sequence ${index} was written over while it answered`)
          held = [...(files.get(file) ?? [])]
        }),
      commonPrefix,
      keepPrefix: (tokens) =>
        alone(async () => {
          self.beforeKeep?.()
          await Promise.resolve()
          refuse(tokens, failing.keep)
          if (open.has(index)) violations.push(`sequence ${index} was given away while it answered`)
          held = held.slice(0, commonPrefix(tokens))
          evaluated = 0
          return held.length
        }),
      prefill: (tokens) =>
        alone(async () => {
          if (open.has(index)) violations.push(`sequence ${index} read while it answered`)
          await compute((content) => content.prefill.push({ sequence: index, count: tokens.length }))
          refuse(tokens, failing.prefill)
          held.push(...tokens)
          evaluated += tokens.length
        }),
      score: (tokens, following) =>
        alone(async () => {
          if (tokens.length > scoredAtOnce) violations.push(`${tokens.length} tokens scored at once`)
          await compute((content) => {
            content.prefill.push({ sequence: index, count: tokens.length, scored: true })
          })
          refuse(tokens, failing.prefill)
          evaluated += tokens.length
          return [...tokens.slice(1), following].map((token, place) => {
            held.push(tokens[place] ?? 0)
            return { token, logprobs: { logprob: logprobOf(held, token), top: [] } }
          })
        }),
      generate(lastToken, { seed = -1 }) {
        open.add(index)
        let input = lastToken
        evaluatedFor.set(seed, evaluated + 1)
        return {
          next: () =>
            alone(async () => {
              await compute((content) => content.decode.push(index))
              if (input === failing.generate) {
                open.delete(index)
                throw new Error('the answer cannot be computed')
              }
              held.push(input)
              const token = next(held)
              if (token === undefined) {
                open.delete(index)
                return { value: undefined, done: true }
              }
              input = token
              return { value: { token }, done: false }
            }),
          return: () =>
            alone(async () => {
              await Promise.resolve()
              open.delete(index)
              refuse(held, failing.release)
              return { value: undefined, done: true }
            }),
        }
      },
      clear: () =>
        alone(async () => {
          await Promise.resolve()
          held = []
        }),
    }
  }

  const self: BabblingModel = {
    context: options.context,
    scoredAtOnce,
    sequences: Array.from({ length: options.sequences }, (_, index) => createSequence(index)),
    compileGrammar: (grammar) => Promise.resolve({ grammar }),
    detokenize: (tokens) => textOf(tokens),
    batches,
    open,
    violations,
    evaluatedFor,
    get saves() {
      return saves
    },
    beforeKeep: undefined,
  }
  return self
}
