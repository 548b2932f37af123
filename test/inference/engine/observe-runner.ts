import type { ChatEvent } from '../../../src/chat/event.ts'
import { createGenerator } from '../../../src/inference/engine/generator.ts'
import { createPace } from '../../../src/inference/engine/pace.ts'
import type { LoadedModel } from '../../../src/inference/engine/llama-model.ts'
import { createRequestRunner, type RequestListener } from '../../../src/inference/engine/request-runner.ts'
import { createChatRenderer } from '../../../src/inference/template/render-chat.ts'
import { hermes } from '../../../src/inference/tools/hermes.ts'
import { createBabblingModel, textOf } from './babbling-model.ts'

export interface Given extends Partial<LoadedModel> {
  sequenceCount?: number
  maxWaiting?: number
}

/** A runner on a babbling model, whose tokens are the bytes of a text, and what it does with the model. */
export function observeRunner({ sequenceCount = 2, maxWaiting = 100, ...rest }: Given = {}) {
  const babbling = createBabblingModel({ context: 200, sequences: sequenceCount })
  const compiled: string[] = []
  const seeds: (number | undefined)[] = []
  const model: LoadedModel = {
    context: babbling.context,
    scoredAtOnce: babbling.scoredAtOnce,
    sequences: babbling.sequences.map((sequence) => ({
      ...sequence,
      generate(lastToken, sampling, drawn) {
        seeds.push(sampling.seed)
        return sequence.generate(lastToken, sampling, drawn)
      },
    })),
    async compileGrammar(grammar) {
      compiled.push(grammar)
      return babbling.compileGrammar(grammar)
    },
    detokenize: (tokens) => textOf(tokens),
    slots: sequenceCount,
    gpu: null,
    gpuMemory: async () => null,
    vocabulary: 200,
    longestToken: 3,
    chatTemplate: undefined,
    bosToken: '<s>',
    eosToken: '</s>',
    tokenizePrompt: (text) => [...Buffer.from(text)].map((byte) => byte % 8),
    tokenize: (text) => [...Buffer.from(text)].map((byte) => byte % 8),
    infill: undefined,
    vectors: undefined,
    ...rest,
  }
  const generator = createGenerator({ model, pace: createPace() })
  const runner = createRequestRunner({
    model,
    generator,
    chat: createChatRenderer({ template: undefined, bosToken: '', eosToken: '' }),
    format: hermes,
    maxWaiting,
  })
  return { babbling, generator, runner, compiled, seeds, model }
}

/** A listener, and what it heard. */
export function listen() {
  const events: ChatEvent[] = []
  const failures: unknown[] = []
  const speeds: number[] = []
  const listener: RequestListener = {
    event: (event) => events.push(event),
    tokensPerSecond: (value) => speeds.push(value),
    turn: () => {},
    fail: (error) => failures.push(error),
  }
  const over = () => failures.length > 0 || events.some(({ type }) => type === 'finish')
  return { events, failures, speeds, listener, over }
}
