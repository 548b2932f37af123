import { describe, expect, test, vi } from 'vitest'
import type { ChatEvent } from '../../../src/chat/event.ts'
import type { ChatRequest, CompletionRequest } from '../../../src/chat/request.ts'
import type { CompiledGrammar } from '../../../src/inference/engine/language-model.ts'
import { createRequestRunner } from '../../../src/inference/engine/request-runner.ts'
import { createChatRenderer } from '../../../src/inference/template/render-chat.ts'
import { hermes } from '../../../src/inference/tools/hermes.ts'
import { failing, logprobOf, textOf, wholeAnswer } from './babbling-model.ts'
import { listen, observeRunner, type Given } from './observe-runner.ts'
import { gather } from './real-engine.ts'

const options = { sampling: { temperature: 0, topP: 1 }, stop: [], choices: 1 }
const completion = (
  prompt: CompletionRequest['prompt'],
  rest: Partial<CompletionRequest> = {},
): CompletionRequest => ({
  ...options,
  prompt,
  echo: false,
  ...rest,
})
const conversation = (rest: Partial<ChatRequest> = {}): ChatRequest => ({
  ...options,
  messages: [{ role: 'user', content: 'hi' }],
  tools: [],
  toolChoice: { type: 'auto' },
  parallelToolCalls: true,
  responseFormat: { type: 'text' },
  ...rest,
})

const answer = (prompt: number[], most: number) => textOf(wholeAnswer(prompt, most).tokens)

async function complete(opened: ReturnType<typeof observeRunner>, request: CompletionRequest) {
  const heard = listen()
  await opened.runner.complete('one', request, heard.listener)
  await vi.waitFor(() => expect(heard.over()).toBe(true), { timeout: 10_000, interval: 20 })
  const [failure] = heard.failures
  if (failure instanceof Error) throw failure
  return { ...(await gather(iterate(heard.events))), heard }
}

async function* iterate(events: readonly ChatEvent[]) {
  yield* events
}

/** A prompt with an answer that does not end by itself within so many tokens. */
function talkative(least: number): number[] {
  for (let first = 0; ; first++) {
    const prompt = [first & 7, (first >> 3) & 7, (first >> 6) & 7, 1]
    if (wholeAnswer(prompt, least).tokens.length === least) return prompt
  }
}

const scores = { echo: true, logprobs: { top: 0 } }
const scoresOf = (prompt: readonly number[]) => [
  null,
  ...prompt.slice(1).map((token, index) => logprobOf(prompt.slice(0, index + 1), token)),
]

describe('createRequestRunner', () => {
  test('answers a completion, of a text and of its tokens', async () => {
    const opened = observeRunner()
    const text = 'abc'
    const tokens = opened.model.tokenizePrompt(text)
    for (const prompt of [text, tokens]) {
      const { text: shown, usage } = await complete(opened, completion(prompt, { maxTokens: 5 }))
      expect(shown).toBe(answer(tokens, 5))
      expect(usage).toMatchObject({ promptTokens: 3, completionTokens: wholeAnswer(tokens, 5).tokens.length })
    }
  })

  test('answers a conversation as its template writes it', async () => {
    const opened = observeRunner()
    const heard = listen()
    await opened.runner.chat('one', conversation({ maxTokens: 5 }), heard.listener)
    await vi.waitFor(() => expect(heard.over()).toBe(true), { timeout: 10_000, interval: 20 })
    const { text } = await gather(iterate(heard.events))
    const prompt = opened.runner.renderPrompt(conversation())
    expect(prompt).toBe('<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n')
    expect(text).toBe(answer(opened.model.tokenizePrompt(prompt), 5))
  })

  test('each choice is an answer of its own, with a seed of its own; the prompt counts once', async () => {
    const opened = observeRunner({ sequenceCount: 4 })
    const prompt = talkative(6)
    const request = completion(prompt, {
      maxTokens: 6,
      choices: 3,
      sampling: { ...options.sampling, seed: 40 },
    })
    const { choices, usage, heard } = await complete(opened, request)
    expect(choices.map(({ text }) => text)).toEqual(Array.from({ length: 3 }, () => answer(prompt, 6)))
    expect(usage).toEqual({ promptTokens: 4, completionTokens: 18, cachedTokens: 0, reasoningTokens: 0 })
    expect(new Set(opened.seeds)).toEqual(new Set([40, 41, 42]))
    expect(heard.events.filter(({ type }) => type === 'choice-finish')).toHaveLength(3)
    expect(heard.speeds).toHaveLength(1)
  })

  test('more choices than slots are answered one after the other', async () => {
    const { choices } = await complete(
      observeRunner({ sequenceCount: 1 }),
      completion(talkative(4), { maxTokens: 4, choices: 4 }),
    )
    expect(choices).toHaveLength(4)
  })

  test('without a seed each request has another one', async () => {
    const opened = observeRunner()
    for (let turn = 0; turn < 4; turn++) await complete(opened, completion([1, 2], { maxTokens: 1 }))
    expect(new Set(opened.seeds).size).toBe(4)
  })

  test('counts what was cached', async () => {
    const opened = observeRunner()
    const prompt = talkative(3)
    await complete(opened, completion(prompt, { maxTokens: 3 }))
    const { usage } = await complete(opened, completion(prompt, { maxTokens: 3 }))
    expect(usage.cachedTokens).toBe(3)
  })

  test('an echo comes before the answer, of each choice', async () => {
    const prompt = talkative(4)
    const { choices } = await complete(
      observeRunner(),
      completion(prompt, { maxTokens: 4, echo: true, choices: 2 }),
    )
    const whole = textOf(prompt) + answer(prompt, 4)
    expect(choices.map(({ text }) => text)).toEqual([whole, whole])
  })

  test('no tokens asked for: nothing is computed', async () => {
    const opened = observeRunner()
    const { choices, usage } = await complete(
      opened,
      completion('abc', { maxTokens: 0, echo: true, choices: 2 }),
    )
    expect(choices.map(({ text, reason }) => [text, reason])).toEqual([
      ['abc', 'length'],
      ['abc', 'length'],
    ])
    expect(usage).toMatchObject({ promptTokens: 3, completionTokens: 0 })
    expect(opened.babbling.batches).toEqual([])
  })

  test.each([0, 4])(
    'an echo with log-probabilities comes first, of each choice; of the answer %i',
    async (most) => {
      const prompt = [...talkative(4), ...talkative(4), ...talkative(4)]
      const { choices, usage } = await complete(
        observeRunner(),
        completion(prompt, { maxTokens: most, choices: 3, ...scores }),
      )
      expect(choices).toHaveLength(3)
      for (const { text, logprobs, reason } of choices) {
        expect(text).toBe(textOf(prompt) + answer(prompt, most))
        expect(logprobs.map(({ logprob }) => logprob)).toEqual(scoresOf(prompt))
        expect(logprobs.map(({ token }) => token).join('')).toBe(textOf(prompt))
        if (most === 0) expect(reason).toBe('length')
      }
      expect(usage).toMatchObject({ promptTokens: 12, cachedTokens: 0 })
    },
  )

  test('an echo with log-probabilities leaves out what the client did not write', async () => {
    const opened = observeRunner({
      tokenizePrompt: (text) => [7, ...Buffer.from(text).map((byte) => byte % 8)],
    })
    const prompt = [7, ...Buffer.from('abc').map((byte) => byte % 8)]
    const { text, logprobs } = await complete(opened, completion('abc', { maxTokens: 0, ...scores }))
    expect(text).toBe('abc')
    expect(logprobs.map(({ logprob }) => logprob)).toEqual([null, ...scoresOf(prompt).slice(2)])
  })

  test('one that is cancelled while its prompt is scored never begins the other choices', async () => {
    const { runner, babbling, generator } = observeRunner()
    const heard = listen()
    const prompt = Array.from({ length: 100 }, (_, index) => index % 8)
    await runner.complete('one', completion(prompt, { choices: 3, ...scores }), heard.listener)
    await vi.waitFor(() => expect(heard.events.length).toBeGreaterThan(3), { timeout: 10_000, interval: 20 })
    runner.cancel('one')
    const before = heard.events.length
    const other = listen()
    await runner.complete('two', completion(talkative(3), { maxTokens: 3 }), other.listener)
    await vi.waitFor(() => expect(other.over()).toBe(true), { timeout: 10_000, interval: 20 })
    expect(heard.events).toHaveLength(before)
    expect(generator.waiting()).toBe(0)
    expect(babbling.violations).toEqual([])
  })

  test('an empty prompt is the token of the beginning, or else of the end', async () => {
    const { usage } = await complete(observeRunner(), completion('', { maxTokens: 1 }))
    expect(usage.promptTokens).toBe('<s>'.length)
    const none = await complete(observeRunner({ bosToken: '' }), completion('', { maxTokens: 1 }))
    expect(none.usage.promptTokens).toBe('</s>'.length)
  })

  test('a gap is filled where the model was taught to', async () => {
    const opened = observeRunner({ infill: { prefix: 110, suffix: 111, middle: 112 } })
    const { text } = await complete(opened, completion('ab', { suffix: 'c', maxTokens: 4 }))
    expect(text).toBe(answer([110, 97 % 8, 98 % 8, 111, 99 % 8, 112], 4))
  })

  test.each<[string, Given, CompletionRequest, object]>([
    [
      'a prompt that leaves no room for an answer',
      {},
      completion(Array.from({ length: 200 }, () => 1)),
      { code: 'context_length_exceeded', message: expect.stringMatching(/200.*200/) },
    ],
    ['tokens that are none', {}, completion([1, 200]), { code: 'invalid_request', param: 'prompt' }],
    [
      'a bias for a token that is none',
      {},
      completion([1], { sampling: { ...options.sampling, logitBias: { '200': 1 } } }),
      { code: 'invalid_request', param: 'logit_bias' },
    ],
    [
      'log-probabilities of an echo beside a gap',
      { infill: { prefix: 110, suffix: 111, middle: 112 } },
      completion('a', { suffix: 'b', echo: true, logprobs: { top: 1 } }),
      { code: 'unsupported_parameter', param: 'logprobs' },
    ],
    ['a gap', {}, completion('a', { suffix: 'b' }), { code: 'unsupported_by_model', param: 'suffix' }],
    [
      'everything, where the model writes nothing',
      { sequences: [] },
      completion('a'),
      { code: 'unsupported_by_model' },
    ],
    [
      'more than may wait',
      { maxWaiting: 3 },
      completion([1], { choices: 4, echo: true }),
      { code: 'overloaded' },
    ],
  ])('refuses %s, before anything comes of it', async (_what, given, request, error) => {
    const { runner, babbling } = observeRunner(given)
    const heard = listen()
    await expect(runner.complete('one', request, heard.listener)).rejects.toMatchObject(error)
    expect(heard.events).toEqual([])
    expect(babbling.batches).toEqual([])
  })

  test('is overloaded only until those that wait have had their turn', async () => {
    const { runner, generator } = observeRunner({ sequenceCount: 1, maxWaiting: 2 })
    const heard = [listen(), listen(), listen(), listen()]
    const submit = (index: number) => {
      const { listener } = heard[index] ?? listen()
      return runner.complete(
        `r${index}`,
        completion(talkative(4), { maxTokens: 4, client: `client ${index}` }),
        listener,
      )
    }
    for (const index of [0, 1, 2]) await submit(index)
    expect(generator.waiting()).toBe(2)
    await expect(submit(3)).rejects.toMatchObject({ code: 'overloaded' })
    await vi.waitFor(() => expect(heard[2]?.over()).toBe(true), { timeout: 10_000, interval: 20 })
    await submit(3)
    await vi.waitFor(() => expect(heard[3]?.over()).toBe(true), { timeout: 10_000, interval: 20 })
    expect(heard.flatMap(({ failures }) => failures)).toEqual([])
  })

  test('one client cannot fill the queue for the others', async () => {
    const { runner, generator } = observeRunner({ sequenceCount: 1, maxWaiting: 4 })
    const ask = (id: string, client: string) =>
      runner.complete(id, completion(talkative(4), { maxTokens: 4, client }), listen().listener)
    for (const id of ['a0', 'a1', 'a2']) await ask(id, 'a')
    expect(generator.waiting('a')).toBe(2)
    await expect(ask('a3', 'a')).rejects.toMatchObject({ code: 'rate_limit_exceeded', status: 429 })
    await ask('b0', 'b')
  })

  test('the failure of one choice is that of the request, once, and ends the others', async () => {
    const { runner, babbling, generator } = observeRunner({ sequenceCount: 2 })
    const heard = listen()
    await runner.complete('one', completion([1, 2, failing.generate], { choices: 5 }), heard.listener)
    await vi.waitFor(() => expect(heard.over()).toBe(true), { timeout: 10_000, interval: 20 })
    await vi.waitFor(() => expect(babbling.open.size).toBe(0), { timeout: 10_000, interval: 20 })
    expect(heard.failures).toHaveLength(1)
    expect(generator.waiting()).toBe(0)
  })

  test('a cancelled request says nothing more, in none of its choices, and leaves its slots', async () => {
    const { runner, babbling, generator } = observeRunner({ sequenceCount: 2 })
    const heard = listen()
    await runner.complete('one', completion(talkative(100), { choices: 3 }), heard.listener)
    await vi.waitFor(() => expect(heard.events.length).toBeGreaterThan(3), { timeout: 10_000, interval: 20 })
    runner.cancel('one')
    const before = heard.events.length
    await vi.waitFor(() => expect(babbling.open.size).toBe(0), { timeout: 10_000, interval: 20 })
    expect(heard.events).toHaveLength(before)
    expect(generator.waiting()).toBe(0)
    runner.cancel('one')
    runner.cancel('unknown')
  })

  const json = { responseFormat: { type: 'json_object' } } as const

  test('one that is cancelled while its grammar is compiled never begins', async () => {
    const compiled = Promise.withResolvers<CompiledGrammar>()
    const { runner, babbling } = observeRunner({ compileGrammar: () => compiled.promise })
    const heard = listen()
    const chat = runner.chat('one', conversation(json), heard.listener)
    runner.cancel('one')
    compiled.resolve({ grammar: '' })
    await chat
    expect(heard.events).toEqual([])
    expect(babbling.batches).toEqual([])
  })

  test('a grammar that the engine cannot read is the fault of the schema', async () => {
    const { runner } = observeRunner({ compileGrammar: () => Promise.reject(new Error('no')) })
    const heard = listen()
    await expect(runner.chat('one', conversation(json), heard.listener)).rejects.toMatchObject({
      code: 'unsupported_schema',
    })
    expect(heard.events).toEqual([])
  })

  test('compiles a grammar only where the answer is prescribed', async () => {
    const { runner, compiled } = observeRunner()
    await runner.chat('one', conversation({ maxTokens: 1 }), listen().listener)
    expect(compiled).toEqual([])
    await runner.chat('two', conversation({ ...json, maxTokens: 1 }), listen().listener)
    expect(compiled).toHaveLength(1)
  })

  test('the model is told only of tools that may be called', () => {
    const template = '{% for tool in tools or [] %}{{ tool.function.name }} {% endfor %}'
    const { model, generator } = observeRunner()
    const runner = createRequestRunner({
      model,
      generator,
      chat: createChatRenderer({ template, bosToken: '', eosToken: '' }),
      format: hermes,
      maxWaiting: 1,
    })
    const tools = [{ name: 'a' }, { name: 'b' }]
    const told = (toolChoice: ChatRequest['toolChoice']) =>
      runner.renderPrompt(conversation({ tools, toolChoice }))
    expect(told({ type: 'auto' })).toBe('a b ')
    expect(told({ type: 'none' })).toBe('')
    expect(told({ type: 'allowed', mode: 'auto', names: ['b'] })).toBe('b ')
  })
})
