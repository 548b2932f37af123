import type { ChatEvent } from '../../chat/event.ts'
import type { ChatRequest, CompletionRequest, GenerationOptions } from '../../chat/request.ts'
import { type ChatUsage, noUsage } from '../../chat/usage.ts'
import { LlmdError } from '../../errors.ts'
import type { AnswerProgress } from '../protocol.ts'
import type { ToolFormat } from '../tools/tool-format.ts'
import type { ChatRenderer } from '../template/render-chat.ts'
import { createAnswer, type Answer } from './answer.ts'
import { completionPrompt, echoedPrompt, type EchoedPrompt } from './completion-prompt.ts'
import { keptGrammars } from './grammar-cache.ts'
import type { Generator, Job, JobEnd, JobUsage } from './generator.ts'
import type { CompiledGrammar } from './language-model.ts'
import type { LoadedModel } from './llama-model.ts'
import { refuseExcess } from './refuse-excess.ts'
import { rememberRecent } from './remember-recent.ts'
import { requireTokens } from './require-tokens.ts'
import { offeredTools, planAnswer, type AnswerPlan } from './plan-answer.ts'
import { createScoredEcho, type EchoEvent } from './scored-echo.ts'
import { toSeed } from './seeded-random.ts'

/** What comes of a request: its events, or one failure. */
export interface RequestListener {
  event(event: ChatEvent): void
  /** Of a whole answer, when it is over. */
  tokensPerSecond(value: number): void
  /** The first of its answers has a slot, after so many milliseconds. */
  turn(waitedMs: number): void
  /** `used`: what had come of it, where it had begun. */
  fail(error: unknown, used?: ChatUsage): void
}

/** Turns requests into jobs, and what comes of the jobs into events. */
export interface RequestRunner {
  /** @throws LlmdError what is wrong with the request, before anything is generated */
  chat(id: string, request: ChatRequest, listener: RequestListener): Promise<void>
  complete(id: string, request: CompletionRequest, listener: RequestListener): Promise<void>
  renderPrompt(request: ChatRequest): string
  /** Nothing more comes of the request. Returns what had come of it. */
  cancel(id: string): ChatUsage
  /** Of all answers that have begun and are not over. */
  progress(): AnswerProgress[]
}

export interface RequestRunnerOptions {
  model: LoadedModel
  generator: Generator
  chat: ChatRenderer
  format: ToolFormat
  /** Requests that may wait for a slot; one more fails with `overloaded`. */
  maxWaiting: number
}

interface Work {
  id: string
  prompt: number[]
  options: GenerationOptions
  plan: AnswerPlan
  parallelToolCalls: boolean
  /** What each answer begins with. */
  echo?: EchoedPrompt
  listener: RequestListener
}

/** A request that has been submitted and is not over. */
interface UnderWay {
  /** Drawn so far, for all its choices. */
  tokens: number
  /** When the first of them was. */
  begunAt: number | undefined
  /** Gives up what is still to come, and reckons what it and what is over have used. */
  giveUp(): ChatUsage
}

export function createRequestRunner(options: RequestRunnerOptions): RequestRunner {
  const { model, generator, chat, format, maxWaiting } = options
  const underWay = new Map<string, UnderWay>()
  const remember = rememberRecent<string | undefined>(keptGrammars)

  const renderPrompt = (request: ChatRequest) => chat.render({ ...request, tools: offeredTools(request) })

  async function run({ id, prompt, options: asked, plan, parallelToolCalls, echo, listener }: Work) {
    requireRoom(prompt, model)
    requireTokens(Object.keys(asked.sampling.logitBias ?? {}).map(Number), model, 'logit_bias')
    const client = asked.client ?? ''
    refuseExcess(generator, { client, choices: asked.choices, maxWaiting })
    const scored = echo && asked.logprobs ? createScoredEcho(echo, model) : undefined
    const show = (event: EchoEvent) => {
      for (let choice = 0; choice < asked.choices; choice++) listener.event({ choice, ...event })
    }
    const begin = () => {
      if (scored) show(scored.read([]))
      else if (echo) show({ type: 'text-delta', text: echo.text })
    }
    if (asked.maxTokens === 0 && (!scored || prompt.length === 1)) {
      begin()
      endAtOnce(asked, prompt, listener)
      return
    }
    const names = Array.from({ length: asked.choices }, (_, choice) => `${id}/${choice}`)
    const ends: JobUsage[] = []
    const answers: Answer[] = []
    const usage = () => sumUsage(ends, answers)
    const current: UnderWay = {
      tokens: 0,
      begunAt: undefined,
      giveUp() {
        ends.push(...names.flatMap((name) => generator.cancel(name) ?? []))
        return usage()
      },
    }
    underWay.set(id, current)
    const grammar = plan.grammar === undefined ? undefined : await compile(id, plan.grammar)
    // It may have been cancelled meanwhile.
    if (!underWay.has(id)) return
    const seed = toSeed(asked.sampling.seed)
    for (const choice of names.keys()) {
      const answer = createAnswer({
        choice,
        model,
        stop: asked.stop,
        ...(plan.createParser && { parser: plan.createParser() }),
        parallelToolCalls,
        tellsEnd: scored !== undefined,
        emit: (event) => listener.event(event),
      })
      answers.push(answer)
    }
    const fail = (error: unknown, used: JobUsage) => {
      // Several choices may fail in the same batch.
      if (!underWay.has(id)) return
      ends.push(used)
      listener.fail(error, cancel(id))
    }
    const speeds: number[] = []
    const finish = (answer: Answer, end: JobEnd) => {
      answer.end(end)
      ends.push({ ...end, promptTokens: prompt.length })
      if (end.tokensPerSecond !== null) speeds.push(end.tokensPerSecond)
      if (ends.length < answers.length) return
      underWay.delete(id)
      if (speeds.length > 0) listener.tokensPerSecond(Math.max(...speeds))
      listener.event({ type: 'finish', usage: usage() })
    }
    const submitted = performance.now()
    const submit = (choice: number, answer: Answer, promptLogprobs?: Job['promptLogprobs']) =>
      generator.submit({
        id: names[choice] ?? id,
        client,
        prompt,
        ...(promptLogprobs && { promptLogprobs }),
        sampling: {
          ...asked.sampling,
          seed: seed + choice,
          ...(grammar && { grammar }),
          ...(asked.logprobs && { logprobs: asked.logprobs }),
          ...(asked.ignoreEndToken && { ignoreEndToken: true }),
        },
        maxTokens: asked.maxTokens ?? Infinity,
        ...(choice === 0 && { onTurn: () => listener.turn(performance.now() - submitted) }),
        onToken(token) {
          current.tokens += 1
          current.begunAt ??= performance.now()
          return answer.token(token)
        },
        onEnd: (end) => finish(answer, end),
        onFailure: fail,
      })
    const [first, ...others] = answers
    const submitOthers = () => {
      for (const [index, answer] of others.entries()) {
        if (asked.maxTokens === 0) finish(answer, nothingSaid)
        else submit(index + 1, answer)
      }
    }
    begin()
    if (!first) return
    if (!asked.logprobs || !scored || scored.whole) {
      submit(0, first)
      submitOthers()
      return
    }
    submit(0, first, {
      top: asked.logprobs.top,
      onRead(tokens) {
        show(scored.read(tokens))
        // What they begin with comes before what they say.
        if (scored.whole) submitOthers()
      },
    })
  }

  async function compile(id: string, gbnf: string): Promise<CompiledGrammar> {
    try {
      return await model.compileGrammar(gbnf)
    } catch (error) {
      underWay.delete(id)
      const message = 'This schema makes a grammar that the engine cannot read.'
      throw new LlmdError('unsupported_schema', message, { cause: error })
    }
  }

  function cancel(id: string): ChatUsage {
    const current = underWay.get(id)
    underWay.delete(id)
    return current?.giveUp() ?? noUsage
  }

  function progress(): AnswerProgress[] {
    const now = performance.now()
    return [...underWay].flatMap(([id, { tokens, begunAt }]) =>
      begunAt === undefined ? [] : [{ id, tokens, ms: now - begunAt }],
    )
  }

  return {
    renderPrompt,
    cancel,
    progress,
    async chat(id, request, listener) {
      requireText(model)
      refuseHopeless(
        request.messages.map(({ content }) => content),
        model,
      )
      const text = renderPrompt(request)
      // Tools and calls are in it too, and neither their grammar nor its tokens come for nothing.
      refuseHopeless([text], model)
      const plan = planAnswer(request, { format, template: model.chatTemplate, prompt: text, remember })
      const prompt = model.tokenizePrompt(text)
      const { parallelToolCalls } = request
      await run({ id, prompt, options: request, plan, parallelToolCalls, listener })
    },
    async complete(id, request, listener) {
      requireText(model)
      const plan: AnswerPlan = { grammar: undefined, createParser: undefined }
      const given = [request.prompt, request.suffix ?? ''].filter((text) => typeof text === 'string')
      refuseHopeless(given, model)
      const prompt = completionPrompt(request, model)
      if (request.echo && request.logprobs && request.suffix) {
        const message = 'logprobs of an echoed prompt are not supported beside a suffix.'
        throw new LlmdError('unsupported_parameter', message, { param: 'logprobs' })
      }
      const echo = request.echo ? { echo: echoedPrompt(request, prompt, model) } : {}
      await run({ id, prompt, options: request, plan, parallelToolCalls: true, ...echo, listener })
    },
  }
}

const nothingSaid: JobEnd = { reason: 'length', tokens: 0, cachedTokens: 0, tokensPerSecond: null }

/** Nothing was asked for but the counts, or the prompt's echo. */
function endAtOnce(asked: GenerationOptions, prompt: readonly number[], listener: RequestListener): void {
  for (let choice = 0; choice < asked.choices; choice++) {
    listener.event({ type: 'choice-finish', choice, reason: 'length' })
  }
  const usage = { promptTokens: prompt.length, completionTokens: 0, cachedTokens: 0, reasoningTokens: 0 }
  listener.event({ type: 'finish', usage })
}

/** @param ends of the choices that had a slot */
function sumUsage(ends: readonly JobUsage[], answers: readonly Answer[]): ChatUsage {
  if (ends.length === 0) return noUsage
  return {
    promptTokens: Math.max(...ends.map((each) => each.promptTokens)),
    completionTokens: sum(ends.map((each) => each.tokens)),
    // The other choices copy from the first: only what was there before it is from a cache.
    cachedTokens: Math.min(...ends.map((each) => each.cachedTokens)),
    reasoningTokens: sum(answers.map((each) => each.reasoningTokens)),
  }
}

function requireText(model: LoadedModel): void {
  if (model.sequences.length > 0) return
  throw new LlmdError('unsupported_by_model', 'This model makes vectors of texts and writes none.', {
    param: 'model',
  })
}

/** What cannot fit however it is tokenized is not rendered first: that alone could take too long. */
function refuseHopeless(texts: readonly string[], { context, longestToken }: LoadedModel): void {
  const bytes = sum(texts.map((text) => Buffer.byteLength(text)))
  // No message is less than one token.
  const fewest = Math.max(texts.length, Math.ceil(bytes / longestToken))
  if (fewest < context) return
  const message = `This model's context is ${context} tokens and the prompt alone has at least ${fewest}.`
  throw new LlmdError('context_length_exceeded', message, { param: 'messages' })
}

function requireRoom(prompt: readonly number[], { context }: LoadedModel): void {
  if (prompt.length < context) return
  const message = `This model's context is ${context} tokens and the prompt alone has ${prompt.length}.`
  throw new LlmdError('context_length_exceeded', message, { param: 'messages' })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
