import type { SamplingParameters } from '../../chat/request.ts'
import type { EngineFailure, RequestEvent } from '../protocol.ts'
import type { LanguageModel, Sequence } from './language-model.ts'
import { assignSlots, planStep, type StepLimits } from './schedule.ts'
import { createStopMatcher, type StopMatcher } from './stop-matcher.ts'
import { createTokenText, type TokenText } from './token-text.ts'

export interface GeneratorRequest {
  id: string
  /** At least one token, and fewer than the model's context. */
  prompt: number[]
  sampling: SamplingParameters
  maxTokens?: number
  stop: string[]
}

/** Runs requests on a model's sequences, one batch at a time; the order is schedule.ts's to decide. */
export interface Generator {
  submit(request: GeneratorRequest): void
  /** Nothing more is emitted for the request; its slot is free after the batch under way. */
  cancel(id: string): void
}

export interface GeneratorOptions {
  model: LanguageModel
  limits: StepLimits
  /** Requests that may wait for a slot; one more fails with `overloaded`. */
  maxWaiting: number
  emit: (event: RequestEvent) => void
}

/** A request on a slot. */
interface Run {
  request: GeneratorRequest
  sequence: Sequence
  slot: number
  admitted: number
  cachedTokens: number
  /** Prompt tokens evaluated so far; the last one is evaluated by the first decode. */
  evaluated: number
  tokens: AsyncIterator<number, void> | undefined
  text: TokenText
  stops: StopMatcher
  completionTokens: number
  firstTokenAt: number | undefined
  cancelled: boolean
}

export function createGenerator({ model, limits, maxWaiting, emit }: GeneratorOptions): Generator {
  const waiting: GeneratorRequest[] = []
  const runs = new Map<number, Run>()
  const lastUsed = model.sequences.map(() => 0)
  let admissions = 0
  let running = false

  async function admit() {
    const idle = model.sequences.flatMap((sequence, index) =>
      runs.has(index)
        ? []
        : [
            {
              index,
              lastUsed: lastUsed[index] ?? 0,
              commonPrefix: (prompt: readonly number[]) => sequence.commonPrefix(prompt),
            },
          ],
    )
    for (const { id, slot } of assignSlots(waiting, idle)) {
      const position = waiting.findIndex((request) => request.id === id)
      const request = waiting[position]
      const sequence = model.sequences[slot]
      // It may have been cancelled while those before it were admitted.
      if (!request || !sequence) continue
      waiting.splice(position, 1)
      admissions += 1
      lastUsed[slot] = admissions
      const run: Run = {
        request,
        sequence,
        slot,
        admitted: admissions,
        cachedTokens: 0,
        evaluated: 0,
        tokens: undefined,
        text: createTokenText(model),
        stops: createStopMatcher(request.stop),
        completionTokens: 0,
        firstTokenAt: undefined,
        cancelled: false,
      }
      runs.set(slot, run)
      // The last prompt token is always evaluated anew: its result is what the first answer token is drawn from.
      await guard(run, async () => {
        run.cachedTokens = await sequence.keepPrefix(request.prompt.slice(0, -1))
        run.evaluated = run.cachedTokens
      })
    }
  }

  async function step() {
    const plan = planStep(
      [...runs.values()].map((run) => ({
        index: run.slot,
        prefillLeft: run.request.prompt.length - 1 - run.evaluated,
        admitted: run.admitted,
      })),
      limits,
    )
    await Promise.all([
      ...plan.decode.map((slot) => withRun(slot, decode)),
      ...plan.prefill.map(({ slot, count }) => withRun(slot, (run) => prefill(run, count))),
    ])
  }

  function withRun(slot: number, work: (run: Run) => Promise<void>): Promise<void> | undefined {
    const run = runs.get(slot)
    return run && guard(run, () => work(run))
  }

  async function prefill(run: Run, count: number) {
    await run.sequence.prefill(run.request.prompt.slice(run.evaluated, run.evaluated + count))
    run.evaluated += count
  }

  async function decode(run: Run) {
    const { prompt, sampling, maxTokens = Infinity } = run.request
    run.tokens ??= run.sequence.generate(prompt.at(-1) ?? 0, sampling)
    const { value: token, done } = await run.tokens.next()
    if (run.cancelled) return
    run.firstTokenAt ??= performance.now()
    if (done || token === undefined) return finish(run, 'stop')
    run.completionTokens += 1
    const { text, stopped } = run.stops.push(run.text.push(token))
    if (text) emit({ type: 'text', id: run.request.id, text })
    if (stopped) return finish(run, 'stop', { textEnded: true })
    const full = prompt.length + run.completionTokens >= model.context
    if (full || run.completionTokens >= maxTokens) return finish(run, 'length')
  }

  async function finish(run: Run, reason: 'stop' | 'length', { textEnded = false } = {}) {
    if (!textEnded) {
      const last = run.stops.push(run.text.end())
      const text = last.stopped ? last.text : last.text + run.stops.end()
      if (text) emit({ type: 'text', id: run.request.id, text })
    }
    const seconds = (performance.now() - (run.firstTokenAt ?? performance.now())) / 1000
    emit({
      type: 'finish',
      id: run.request.id,
      reason,
      usage: {
        promptTokens: run.request.prompt.length,
        completionTokens: run.completionTokens,
        cachedTokens: run.cachedTokens,
      },
      tokensPerSecond: run.completionTokens > 1 && seconds > 0 ? (run.completionTokens - 1) / seconds : null,
    })
    await release(run)
  }

  /** The slot is free; what it holds of the conversation stays, for whoever goes on with it. */
  async function release(run: Run) {
    runs.delete(run.slot)
    try {
      await run.tokens?.return?.()
    } catch {
      // Its request has had its end: all there is to do is not to trust what the slot holds.
      await run.sequence.clear().catch(() => {})
    }
  }

  /** One request's failure is its own: the others go on, and its slot starts anew. */
  async function guard(run: Run, work: () => Promise<void>) {
    try {
      await work()
    } catch (error) {
      runs.delete(run.slot)
      await run.sequence.clear().catch(() => {})
      if (run.cancelled) return
      const failure: EngineFailure = {
        code: 'engine_failed',
        message: `The engine could not go on with this request: ${error instanceof Error ? error.message : String(error)}`,
      }
      emit({ type: 'failed', id: run.request.id, failure })
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
    submit(request) {
      if (waiting.length >= maxWaiting) {
        const message = `The model already has ${waiting.length} requests waiting.`
        emit({ type: 'failed', id: request.id, failure: { code: 'overloaded', message } })
        return
      }
      waiting.push(request)
      void loop()
    },
    cancel(id) {
      const position = waiting.findIndex((request) => request.id === id)
      if (position !== -1) waiting.splice(position, 1)
      for (const run of runs.values()) if (run.request.id === id) run.cancelled = true
    },
  }
}
