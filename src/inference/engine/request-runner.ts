import type { ChatEvent } from '../../chat/event.ts'
import type { ChatRequest, CompletionRequest, GenerationOptions } from '../../chat/request.ts'
import { LlmdError } from '../../errors.ts'
import type { ToolFormat } from '../tools/tool-format.ts'
import type { ChatRenderer } from '../template/render-chat.ts'
import { createAnswer } from './answer.ts'
import type { Generator, JobEnd } from './generator.ts'
import type { CompiledGrammar } from './language-model.ts'
import type { LoadedModel } from './llama-model.ts'
import { requireTokens } from './require-tokens.ts'
import { offeredTools, planAnswer, type AnswerPlan } from './plan-answer.ts'
import { toSeed } from './seeded-random.ts'

/** What comes of a request: its events, or one failure. */
export interface RequestListener {
  event(event: ChatEvent): void
  /** Of a whole answer, when it is over. */
  tokensPerSecond(value: number): void
  fail(error: unknown): void
}

/** Turns requests into jobs, and what comes of the jobs into events. */
export interface RequestRunner {
  /** @throws LlmdError what is wrong with the request, before anything is generated */
  chat(id: string, request: ChatRequest, listener: RequestListener): Promise<void>
  complete(id: string, request: CompletionRequest, listener: RequestListener): Promise<void>
  renderPrompt(request: ChatRequest): string
  cancel(id: string): void
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
  echo?: string
  listener: RequestListener
}

export function createRequestRunner(options: RequestRunnerOptions): RequestRunner {
  const { model, generator, chat, format, maxWaiting } = options
  const jobs = new Map<string, string[]>()

  const renderPrompt = (request: ChatRequest) => chat.render({ ...request, tools: offeredTools(request) })

  async function run({ id, prompt, options: asked, plan, parallelToolCalls, echo, listener }: Work) {
    requireRoom(prompt, model)
    requireTokens(Object.keys(asked.sampling.logitBias ?? {}).map(Number), model, 'logit_bias')
    const client = asked.client ?? ''
    refuseExcess(client, asked.choices)
    const showEcho = () => {
      if (echo === undefined) return
      for (let choice = 0; choice < asked.choices; choice++) {
        listener.event({ choice, type: 'text-delta', text: echo })
      }
    }
    if (asked.maxTokens === 0) {
      showEcho()
      endAtOnce(asked, prompt, listener)
      return
    }
    const names = Array.from({ length: asked.choices }, (_, choice) => `${id}/${choice}`)
    jobs.set(id, names)
    const grammar = plan.grammar === undefined ? undefined : await compile(id, plan.grammar)
    // It may have been cancelled meanwhile.
    if (!jobs.has(id)) return
    const seed = toSeed(asked.sampling.seed)
    const ends: JobEnd[] = []
    const answers = names.map((_, choice) =>
      createAnswer({
        choice,
        model,
        stop: asked.stop,
        ...(plan.createParser && { parser: plan.createParser() }),
        parallelToolCalls,
        emit: (event) => listener.event(event),
      }),
    )
    const fail = (error: unknown) => {
      // Several choices may fail in the same batch.
      if (!jobs.has(id)) return
      cancel(id)
      listener.fail(error)
    }
    showEcho()
    for (const [choice, answer] of answers.entries()) {
      generator.submit({
        id: names[choice] ?? id,
        client,
        prompt,
        sampling: {
          ...asked.sampling,
          seed: seed + choice,
          ...(grammar && { grammar }),
          ...(asked.logprobs && { logprobs: asked.logprobs }),
          ...(asked.ignoreEndToken && { ignoreEndToken: true }),
        },
        maxTokens: asked.maxTokens ?? Infinity,
        onToken: (token) => answer.token(token),
        onEnd(end) {
          answer.end(end.reason)
          ends.push(end)
          if (ends.length < answers.length) return
          jobs.delete(id)
          const speeds = ends.flatMap((each) => each.tokensPerSecond ?? [])
          if (speeds.length > 0) listener.tokensPerSecond(Math.max(...speeds))
          listener.event({
            type: 'finish',
            usage: {
              promptTokens: prompt.length,
              completionTokens: sum(ends.map((each) => each.tokens)),
              // The other choices copy from the first: only what was there before it is from a cache.
              cachedTokens: Math.min(...ends.map((each) => each.cachedTokens)),
              reasoningTokens: sum(answers.map((each) => each.reasoningTokens)),
            },
          })
        },
        onFailure: fail,
      })
    }
  }

  async function compile(id: string, gbnf: string): Promise<CompiledGrammar> {
    try {
      return await model.compileGrammar(gbnf)
    } catch (error) {
      jobs.delete(id)
      const message = 'This schema makes a grammar that the engine cannot read.'
      throw new LlmdError('unsupported_schema', message, { cause: error })
    }
  }

  function refuseExcess(client: string, choices: number) {
    const [all, own] = [generator.waiting(), generator.waiting(client)]
    if (all + choices > maxWaiting) {
      throw new LlmdError('overloaded', `The model has ${all} answers waiting already.`)
    }
    // One client alone cannot fill the queue for the others.
    if (own + choices > maxWaiting / 2) {
      throw new LlmdError('rate_limit_exceeded', `You have ${own} answers waiting for this model already.`)
    }
  }

  function cancel(id: string) {
    for (const job of jobs.get(id) ?? []) generator.cancel(job)
    jobs.delete(id)
  }

  return {
    renderPrompt,
    cancel,
    async chat(id, request, listener) {
      requireText(model)
      refuseHopeless(
        request.messages.map(({ content }) => content),
        model,
      )
      const text = renderPrompt(request)
      // Tools and calls are in it too, and neither their grammar nor its tokens come for nothing.
      refuseHopeless([text], model)
      const plan = planAnswer(request, { format, template: model.chatTemplate, prompt: text })
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
      if (request.echo && request.logprobs) {
        throw new LlmdError('unsupported_parameter', 'logprobs of an echoed prompt are not supported.', {
          param: 'logprobs',
        })
      }
      const echo = request.echo ? { echo: promptText(request, model) } : {}
      await run({ id, prompt, options: request, plan, parallelToolCalls: true, ...echo, listener })
    },
  }
}

function promptText({ prompt }: CompletionRequest, model: LoadedModel): string {
  return typeof prompt === 'string' ? prompt : model.detokenize(prompt, [], { special: true })
}

/** Nothing was asked for but the counts, or the prompt's echo. */
function endAtOnce(asked: GenerationOptions, prompt: readonly number[], listener: RequestListener): void {
  for (let choice = 0; choice < asked.choices; choice++) {
    listener.event({ type: 'choice-finish', choice, reason: 'length' })
  }
  const usage = { promptTokens: prompt.length, completionTokens: 0, cachedTokens: 0, reasoningTokens: 0 }
  listener.event({ type: 'finish', usage })
}

function completionPrompt({ prompt, suffix }: CompletionRequest, model: LoadedModel): number[] {
  if (typeof prompt !== 'string') requireTokens(prompt, model, 'prompt')
  if (suffix === undefined || suffix === '') {
    const tokens = typeof prompt === 'string' ? model.tokenizePrompt(prompt) : prompt
    // An empty prompt is one in which nothing was said yet.
    return tokens.length > 0 ? tokens : model.tokenizePrompt(model.bosToken || model.eosToken)
  }
  if (!model.infill) {
    throw new LlmdError('unsupported_by_model', 'This model cannot fill a gap: it was not taught to.', {
      param: 'suffix',
    })
  }
  const tokens = typeof prompt === 'string' ? model.tokenize(prompt, { special: false }) : prompt
  const { infill } = model
  return [
    infill.prefix,
    ...tokens,
    infill.suffix,
    ...model.tokenize(suffix, { special: false }),
    infill.middle,
  ]
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
