import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface EngineTask {
  grammar: string
  /** Texts of which to say whether the grammar produces them, whole. */
  texts?: readonly string[]
  /** Texts to write with the model at temperature 1. */
  samples?: { count: number; maxTokens: number }
}

export interface EngineAnswer {
  produced: boolean[]
  /** The texts written; null for one that was not done after maxTokens. */
  sampled: (string | null)[]
  milliseconds: number
}

export interface GrammarEngine extends AsyncDisposable {
  /** One task at a time. */
  ask(task: EngineTask): Promise<EngineAnswer>
}

/** llama.cpp's grammar engine, in a process of its own: a grammar that it does not bear ends only that. */
export async function startGrammarEngine(): Promise<GrammarEngine> {
  const child = fork(fileURLToPath(new URL('engine-child.ts', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const receive = async (): Promise<unknown> => {
    const died = exited.then(() => {
      throw new Error('the grammar engine ended')
    })
    const [message] = await Promise.race([once(child, 'message'), died])
    return message
  }
  await receive()
  return {
    async ask(task) {
      const received = receive()
      child.send(task)
      const message = await received
      if (!isAnswer(message)) throw new Error(`${JSON.stringify(message)}\n${task.grammar.slice(0, 4000)}`)
      return message
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

const isAnswer = (message: unknown): message is EngineAnswer =>
  typeof message === 'object' && message !== null && 'produced' in message

/**
 * The texts that are done, and are UTF-8: the engine takes overlong byte sequences for the characters they spell, and
 * a model that writes single bytes at random may come upon one. Decoders see U+FFFD in their place.
 */
export const wellFormed = (sampled: readonly (string | null)[]): string[] =>
  sampled.filter((text) => text !== null).filter((text) => !text.includes('\uFFFD'))
