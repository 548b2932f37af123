import type { DrawnToken, LanguageModel, Sequence, TokenSampling } from './language-model.ts'
import type { Pace } from './pace.ts'
import { assignSlots, planStep, takeTurns } from './schedule.ts'

/** One answer to generate, token by token. */
export interface Job {
  id: string
  client: string
  /** At least one token, and fewer than the model's context. */
  prompt: number[]
  sampling: TokenSampling
  /** 0 only reads the prompt. */
  maxTokens: number
  /** Tells how likely the prompt's own tokens were, all but the first, as they are read; none comes from a cache. */
  promptLogprobs?: { top: number; onRead(scored: DrawnToken[]): void }
  /** It has a slot. */
  onTurn?(): void
  /** Takes the next token; true when the answer is complete with it. */
  onToken(token: DrawnToken): boolean
  /** Exactly one of the two comes, once, unless the job is cancelled. */
  onEnd(end: JobEnd): void
  onFailure(error: unknown, used: JobUsage): void
}

/** What a job has come to so far. */
export interface JobUsage {
  /** Those read, from a cache or not. */
  promptTokens: number
  cachedTokens: number
  tokens: number
}

export interface JobEnd {
  /** `end-token`: the model ended. `told`: `onToken` said so. `length`: maxTokens or the context was reached. */
  reason: 'end-token' | 'told' | 'length'
  tokens: number
  cachedTokens: number
  tokensPerSecond: number | null
  /** With its log-probability, where those were asked for; it is none of the `tokens`. */
  endToken?: DrawnToken
}

/** Runs jobs on a model's sequences, one batch at a time; the order is schedule.ts's to decide. */
export interface Generator {
  /** Jobs that wait for a slot, of one client or of all. */
  waiting(client?: string): number
  submit(job: Job): void
  /**
   * Nothing more comes of the job; its slot is free after the batch under way.
   * @returns undefined where it had no slot yet, and where it was over
   */
  cancel(id: string): JobUsage | undefined
}

export interface GeneratorOptions {
  model: LanguageModel
  pace: Pace
  /** Copies what one sequence holds into another; absent where that cannot be done. */
  clone?: (from: Sequence, to: Sequence) => Promise<void>
}

/** A job on a slot. */
interface Run {
  job: Job
  sequence: Sequence
  slot: number
  admitted: number
  cachedTokens: number
  /** Prompt tokens evaluated so far; the last one is evaluated by the first decode. */
  evaluated: number
  tokens: AsyncIterator<DrawnToken, DrawnToken | undefined> | undefined
  drawn: number[]
  firstTokenAt: number | undefined
  cancelled: boolean
}

export function createGenerator({ model, pace, clone }: GeneratorOptions): Generator {
  const waiting: Job[] = []
  const runs = new Map<number, Run>()
  const lastUsed = model.sequences.map(() => 0)
  let admissions = 0
  let running = false

  async function admit() {
    if (waiting.length === 0 || runs.size === model.sequences.length) return
    const slots = model.sequences.map((sequence, index) => {
      const run = runs.get(index)
      return {
        index,
        lastUsed: lastUsed[index] ?? 0,
        commonPrefix: (prompt: readonly number[]) => sequence.commonPrefix(prompt),
        ...(run && { reading: { prompt: run.job.prompt, evaluated: run.evaluated } }),
      }
    })
    const inTurn = takeTurns(
      waiting.map(({ id, client, prompt, promptLogprobs }) => ({
        id,
        client,
        prompt,
        anew: promptLogprobs !== undefined,
      })),
      Array.from(runs.values(), (run) => run.job.client),
    )
    for (const { id, slot, cloneFrom } of assignSlots(inTurn, slots, { canClone: clone !== undefined })) {
      const position = waiting.findIndex((job) => job.id === id)
      const job = waiting[position]
      const sequence = model.sequences[slot]
      // It may have been cancelled while those before it were admitted.
      if (!job || !sequence) continue
      waiting.splice(position, 1)
      admissions += 1
      lastUsed[slot] = admissions
      const run: Run = {
        job,
        sequence,
        slot,
        admitted: admissions,
        cachedTokens: 0,
        evaluated: 0,
        tokens: undefined,
        drawn: [],
        firstTokenAt: undefined,
        cancelled: false,
      }
      runs.set(slot, run)
      job.onTurn?.()
      await guard(run, async () => {
        const source = cloneFrom === undefined ? undefined : model.sequences[cloneFrom]
        // A copy only saves time: without it the prompt is evaluated.
        if (source) await clone?.(source, sequence).catch(() => sequence.clear())
        // The last prompt token is always evaluated anew: its result is what the first answer token is drawn from.
        run.cachedTokens = await sequence.keepPrefix(job.promptLogprobs ? [] : job.prompt.slice(0, -1))
        run.evaluated = run.cachedTokens
      })
    }
  }

  async function step() {
    const plan = planStep(
      [...runs.values()].map((run) => ({
        index: run.slot,
        prefillLeft: run.job.prompt.length - 1 - run.evaluated,
        admitted: run.admitted,
        mostAtOnce: run.job.promptLogprobs ? model.scoredAtOnce : Infinity,
      })),
      pace.limits(),
    )
    const scores = plan.some(({ slot, work }) => work === 'prefill' && runs.get(slot)?.job.promptLogprobs)
    const started = performance.now()
    await Promise.all(
      plan.map(async (part) => {
        const run = runs.get(part.slot)
        if (!run) return
        await guard(run, () => (part.work === 'decode' ? decode(run) : prefill(run, part.count)))
      }),
    )
    const read = plan.reduce((sum, one) => sum + (one.work === 'prefill' ? one.count : 0), 0)
    // How fast logits are told says nothing of how fast prompts are read.
    if (!scores) pace.took(read, performance.now() - started)
  }

  async function prefill(run: Run, count: number) {
    const { prompt, promptLogprobs } = run.job
    const end = run.evaluated + count
    const tokens = prompt.slice(run.evaluated, end)
    if (promptLogprobs) {
      const scored = await run.sequence.score(tokens, prompt[end] ?? 0, promptLogprobs)
      if (!run.cancelled) promptLogprobs.onRead(scored)
    } else await run.sequence.prefill(tokens)
    run.evaluated = end
  }

  async function decode(run: Run) {
    const { prompt, sampling, maxTokens } = run.job
    if (maxTokens === 0) return finish(run, 'length')
    run.tokens ??= run.sequence.generate(prompt.at(-1) ?? 0, sampling, run.drawn)
    const { value: token, done } = await run.tokens.next()
    if (run.cancelled) return
    run.firstTokenAt ??= performance.now()
    if (done || token === undefined) return finish(run, 'end-token', token)
    run.drawn.push(token.token)
    if (run.job.onToken(token)) return finish(run, 'told')
    const full = prompt.length + run.drawn.length >= model.context
    if (full || run.drawn.length >= maxTokens) return finish(run, 'length')
  }

  async function finish(run: Run, reason: JobEnd['reason'], endToken?: DrawnToken) {
    const tokens = run.drawn.length
    const seconds = (performance.now() - (run.firstTokenAt ?? performance.now())) / 1000
    run.job.onEnd({
      reason,
      tokens,
      cachedTokens: run.cachedTokens,
      tokensPerSecond: tokens > 1 && seconds > 0 ? (tokens - 1) / seconds : null,
      ...(endToken && { endToken }),
    })
    await release(run)
  }

  /** The slot is free; what it holds of the conversation stays, for whoever goes on with it. */
  async function release(run: Run) {
    runs.delete(run.slot)
    try {
      await run.tokens?.return?.()
    } catch {
      // Its job has had its end: all there is to do is not to trust what the slot holds.
      await run.sequence.clear().catch(() => {})
    }
  }

  /** One job's failure is its own: the others go on, and its slot starts anew. */
  async function guard(run: Run, work: () => Promise<void>) {
    try {
      await work()
    } catch (error) {
      runs.delete(run.slot)
      await run.sequence.clear().catch(() => {})
      if (!run.cancelled) run.job.onFailure(error, usageOf(run))
    }
  }

  async function dropCancelled() {
    for (const run of runs.values()) if (run.cancelled) await release(run)
  }

  async function loop() {
    if (running) return
    running = true
    while (waiting.length > 0 || runs.size > 0) {
      await dropCancelled()
      await admit()
      await step()
    }
    running = false
  }

  return {
    waiting: (client) =>
      client === undefined ? waiting.length : waiting.filter((job) => job.client === client).length,
    submit(job) {
      waiting.push(job)
      void loop()
    },
    cancel(id) {
      const position = waiting.findIndex((job) => job.id === id)
      if (position !== -1) waiting.splice(position, 1)
      const run = runs.values().find((one) => one.job.id === id && !one.cancelled)
      if (!run) return undefined
      run.cancelled = true
      return usageOf(run)
    },
  }
}

function usageOf({ job, tokens, evaluated, cachedTokens, drawn }: Run): JobUsage {
  // The first token is drawn from what the last one of the prompt came to.
  const promptTokens = tokens ? job.prompt.length : evaluated
  return { promptTokens, cachedTokens, tokens: drawn.length }
}
