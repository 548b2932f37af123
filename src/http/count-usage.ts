import type { AnswerObserver, Backend } from '../chat/backend.ts'
import type { ChatEvent } from '../chat/event.ts'
import type { OpenRequest } from './open-request.ts'

/** The same backend, which notes on the request what it uses, what it waits for, and when its answer began. */
export function countUsage(backend: Backend, request: OpenRequest): Backend {
  const started = performance.now()
  const begin = () => {
    request.firstByteMs ??= request.elapsed()
  }
  const observer: AnswerObserver = {
    onReady() {
      request.modelWaitMs ??= performance.now() - started
    },
    onTurn(waitedMs) {
      request.turnWaitMs ??= waitedMs
    },
    onProgress(written) {
      request.written = written
    },
    onCut: (usage) => request.reckon(usage),
  }
  async function* follow(events: AsyncIterable<ChatEvent>): AsyncGenerator<ChatEvent> {
    for await (const event of events) {
      begin()
      if (event.type === 'finish') request.use(event.usage)
      yield event
    }
  }
  async function counted<Result extends { promptTokens: number }>(result: Promise<Result>): Promise<Result> {
    const settled = await result
    begin()
    request.use(settled)
    return settled
  }
  return {
    ...backend,
    stream: (asked, signal) => follow(backend.stream(asked, signal, observer)),
    complete: (asked, signal) => follow(backend.complete(asked, signal, observer)),
    embed: (asked, signal) => counted(backend.embed(asked, signal, observer)),
    rerank: (asked, signal) => counted(backend.rerank(asked, signal, observer)),
  }
}
