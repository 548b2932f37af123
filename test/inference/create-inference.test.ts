import { fork } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { getEventListeners, once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChatMessage } from '../../src/chat/request.ts'
import type { Inference, LocalModel } from '../../src/inference/inference.ts'
import type { CountTokensRequest } from '../fixtures/count-tokens-child.ts'
import { scripts, scriptText } from '../fixtures/gguf/scripts.ts'
import { scriptedModel, type TemporaryModel } from '../fixtures/models.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { ask, chatRequest, demoModelPath, enginePid, openInference, until } from './local-inference.ts'

let file: TemporaryModel
let inference: Inference
/** Four slots, and a context that an endless answer fills only after seconds. */
let scripted: LocalModel
/** As scripted, with one slot. */
let patient: LocalModel
/** One slot with a small context. */
let small: LocalModel

beforeAll(() => {
  file = scriptedModel()
  inference = openInference()
  scripted = { name: 'scripted', path: file.path, options: { slots: 4, context: 32_768 } }
  small = { name: 'small', path: file.path, options: { slots: 1, context: 256 } }
  patient = { name: 'patient', path: file.path, options: { slots: 1, context: 32_768 } }
})

afterAll(async () => {
  await inference[Symbol.asyncDispose]()
  file[Symbol.dispose]()
})

describe('an answer', () => {
  test.each(['greeting', 'coffee', 'json', 'think'] as const)('is exactly the script: %s', async (name) => {
    const question = name === 'greeting' ? 'hi there' : `please ${name}`
    const answer = await ask(inference, scripted, chatRequest(question))
    expect(answer.text).toBe(scriptText(name))
    expect(answer.reason).toBe('stop')
    expect(answer.usage.completionTokens).toBe(scripts[name].pieces.length - 1)
  })

  test('comes in pieces that split no character', async () => {
    const { text, pieces } = await ask(inference, scripted, chatRequest('coffee'))
    expect(text).toBe('Un café ☕, merci.')
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces).not.toContain('')
    expect(pieces.every((piece) => piece.isWellFormed() && !piece.includes('\uFFFD'))).toBe(true)
  })

  test("counts the prompt's tokens as the tokenizer does, cached or not", async () => {
    const conversations = ['hi', 'Un café ☕ with 日本語?', 'a <|im_end|> b'].map(
      (content): ChatMessage[] => [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content },
      ],
    )
    const counts = await countTokens(
      demoModelPath,
      conversations.map((messages) => chatMl(messages)),
    )
    const demo: LocalModel = { name: 'demo', path: demoModelPath, options: {} }
    for (const [index, messages] of conversations.entries()) {
      const request = chatRequest('', { messages, maxTokens: 1 })
      const first = await ask(inference, demo, request)
      const again = await ask(inference, demo, request)
      expect(first.usage.promptTokens).toBe(counts[index])
      expect(again.usage).toEqual({ ...first.usage, cachedTokens: first.usage.promptTokens - 1 })
    }
  })

  test('ends at maxTokens', async () => {
    const { text, reason, usage } = await ask(inference, scripted, chatRequest('hi', { maxTokens: 3 }))
    expect({ text, reason }).toEqual({ text: 'Hello from the', reason: 'length' })
    expect(usage.completionTokens).toBe(3)
  })

  test('ends before a stop string, even one that spans tokens', async () => {
    const { text, reason } = await ask(
      inference,
      scripted,
      chatRequest('coffee', { stop: ['nothing', 'é ☕, m'] }),
    )
    expect({ text, reason }).toEqual({ text: 'Un caf', reason: 'stop' })
  })

  test('ends where the context is full', async () => {
    const { text, reason, usage } = await ask(inference, small, chatRequest('loop'))
    expect(reason).toBe('length')
    expect(usage.promptTokens + usage.completionTokens).toBe(256)
    expect(scriptText('loop').repeat(256).startsWith(text)).toBe(true)
  })

  test('a prompt longer than the context is refused with both numbers', async () => {
    const long = 'hi '.repeat(400)
    const { usage } = await ask(inference, scripted, chatRequest(long, { maxTokens: 1 }))
    await expect(ask(inference, small, chatRequest(long))).rejects.toMatchObject({
      code: 'context_length_exceeded',
      param: 'messages',
      message: expect.stringMatching(new RegExp(`\\b256\\b.*\\b${usage.promptTokens}\\b`)),
    })
    await expect(ask(inference, small, chatRequest('hi'))).resolves.toMatchObject({
      text: scriptText('greeting'),
    })
  })
})

describe('many requests at once', () => {
  test('share one load, and each gets the text that it gets alone', async () => {
    const questions = ['hi', 'coffee', 'json', 'think', 'more coffee', 'hello', 'some json', 'think again']
    const model = { ...scripted, name: 'shared' }
    const together = await Promise.all(
      questions.map((question) => ask(inference, model, chatRequest(question))),
    )
    const pid = enginePid(inference, 'shared')
    for (const [index, question] of questions.entries()) {
      const alone = await ask(inference, model, chatRequest(question))
      expect(together[index]?.text).toBe(alone.text)
      expect(together[index]?.usage.completionTokens).toBe(alone.usage.completionTokens)
    }
    expect(enginePid(inference, 'shared')).toBe(pid)
  })

  test('a finished answer does not wait for an endless one', async () => {
    const leave = new AbortController()
    const endless = ask(inference, scripted, chatRequest('loop'), leave.signal)
    await expect(ask(inference, scripted, chatRequest('hi'))).resolves.toMatchObject({ reason: 'stop' })
    leave.abort(new Error('enough'))
    await expect(endless).rejects.toThrow('enough')
  })

  test('beyond what may wait, one more is refused, and those that wait are not', async () => {
    const leave = new AbortController()
    const events = inference.backend(patient).stream(chatRequest('loop'), leave.signal)
    const endless = events[Symbol.asyncIterator]()
    await endless.next()
    const refused: unknown[] = []
    const others = Array.from({ length: 257 }, (_, index) => {
      // Of several clients: one alone may not fill the queue.
      const request = chatRequest('hi', { client: `client ${index % 4}` })
      return ask(inference, patient, request, leave.signal).catch((error: unknown) => refused.push(error))
    })
    await until(() => refused.length > 0)
    expect(refused).toMatchObject([{ code: 'overloaded' }])
    expect(inference.state('patient')).toMatchObject({ engine: { slots: 1, slotsBusy: 1, queued: 256 } })
    leave.abort(new Error('enough'))
    await Promise.all(others)
    await endless.return?.()
    await expect(ask(inference, patient, chatRequest('hi'))).resolves.toMatchObject({ reason: 'stop' })
  })
})

describe('a client that leaves', () => {
  test('by its signal: gets the reason, and the slot is free for the next', async () => {
    const leave = new AbortController()
    const reason = new Error('left')
    const pieces: string[] = []
    const reading = (async () => {
      for await (const event of inference.backend(patient).stream(chatRequest('loop'), leave.signal)) {
        if (event.type === 'text-delta') pieces.push(event.text)
        leave.abort(reason)
      }
    })()
    await expect(reading).rejects.toBe(reason)
    expect(pieces.length).toBeGreaterThan(0)
    expect(inference.state('patient')).toMatchObject({ engine: { slotsBusy: 0, queued: 0 } })
    await expect(ask(inference, patient, chatRequest('hi'))).resolves.toMatchObject({ reason: 'stop' })
  })

  test('by no longer reading: the slot is free for the next', async () => {
    for await (const event of inference
      .backend(patient)
      .stream(chatRequest('loop'), new AbortController().signal)) {
      if (event.type === 'text-delta') break
    }
    expect(inference.state('patient')).toMatchObject({ engine: { slotsBusy: 0, queued: 0 } })
    await expect(ask(inference, patient, chatRequest('hi'))).resolves.toMatchObject({ reason: 'stop' })
  })

  test('while it waits in the queue, before it begins, or while the model loads', async () => {
    const model = { ...patient, name: 'left early' }
    const early = AbortSignal.abort(new Error('left before'))
    await expect(ask(inference, model, chatRequest('hi'), early)).rejects.toThrow('left before')

    const loading = new AbortController()
    const during = ask(inference, model, chatRequest('hi'), loading.signal)
    loading.abort(new Error('left during the load'))
    await expect(during).rejects.toThrow('left during the load')

    const running = new AbortController()
    const first = ask(inference, model, chatRequest('loop'), running.signal)
    const queued = new AbortController()
    const second = ask(inference, model, chatRequest('hi'), queued.signal)
    await until(() => {
      const state = inference.state(model.name)
      return state.state === 'ready' && state.engine.queued === 1
    })
    queued.abort(new Error('left the queue'))
    await expect(second).rejects.toThrow('left the queue')
    running.abort(new Error('left'))
    await expect(first).rejects.toThrow('left')
    await expect(ask(inference, model, chatRequest('hi'))).resolves.toMatchObject({ reason: 'stop' })
  })

  test('nothing listens to a signal any more once its requests are over', async () => {
    const { signal } = new AbortController()
    await ask(inference, scripted, chatRequest('hi'), signal)
    await inference.load(scripted, signal)
    await expect(ask(inference, small, chatRequest('hi '.repeat(400)), signal)).rejects.toThrow('context')
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('a seed', () => {
  const demo: LocalModel = { name: 'demo', path: demoModelPath, options: {} }
  const say = async (seed: number) => {
    const sampling = { temperature: 1, topP: 1, seed }
    return (await ask(inference, demo, chatRequest('zorp blig wump?', { sampling, maxTokens: 40 }))).text
  }

  test('gives the same text again, and another seed another', async () => {
    const seeds = [1, 2, 3, 4, 5, 6]
    const first = await Promise.all(seeds.map(say))
    const second = await Promise.all(seeds.map(say))
    expect(second).toEqual(first)
    expect(new Set(first).size).toBeGreaterThan(1)
  })
})

describe('a load that fails', () => {
  test('fails for all who wait for it, leaves nothing, and works once the cause is gone', async () => {
    const path = join(temporaryFolder(), 'late.gguf')
    const model: LocalModel = { name: 'late', path, options: {} }
    const waiting = [
      inference.load(model),
      ask(inference, model, chatRequest('hi')),
      ask(inference, model, chatRequest('hi')),
    ]
    for (const result of await Promise.allSettled(waiting)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'model_file_not_found' } })
    }
    expect(inference.state('late')).toEqual({ state: 'unloaded' })
    copyFileSync(file.path, path)
    await expect(ask(inference, model, chatRequest('hi'))).resolves.toMatchObject({ reason: 'stop' })
  })

  test('harms nobody when all who wanted it have left', async () => {
    const model: LocalModel = { name: 'nowhere', path: '/nowhere/model.gguf', options: {} }
    await expect(inference.load(model, AbortSignal.abort(new Error('left')))).rejects.toThrow('left')
    await until(() => inference.state('nowhere').state === 'unloaded')
  })
})

function chatMl(messages: ChatMessage[]): string {
  const turns = messages.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`)
  return `${turns.join('')}<|im_start|>assistant\n`
}

async function countTokens(path: string, texts: string[]): Promise<number[]> {
  const child = fork(new URL('../fixtures/count-tokens-child.ts', import.meta.url), { execArgv: [] })
  try {
    const reply: Promise<number[][]> = once(child, 'message')
    child.send({ path, texts } satisfies CountTokensRequest)
    return (await reply).flat()
  } finally {
    child.kill('SIGKILL')
  }
}
