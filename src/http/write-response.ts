import type { ChatUsage } from '../chat/usage.ts'
import type { LlmdError } from '../errors.ts'
import type { AnswerSink } from '../providers/upstream.ts'

/** A forwarded answer as a Response, for callers in this process. `response` resolves with its first byte. */
export function writeResponse(options: {
  /** Told that the answer begins; gives the headers of every answer, beside the upstream's own. */
  begin: (usage?: ChatUsage | null) => Record<string, string>
  lastWords: ((error: LlmdError) => string) | undefined
  onCancel: () => void
  onAbandoned: (usage: ChatUsage) => void
}): { sink: AnswerSink; response: Promise<Response> } {
  const response = Promise.withResolvers<Response>()
  let controller!: ReadableStreamDefaultController<Uint8Array>
  let drained: (() => void) | undefined
  let over = false
  const body = new ReadableStream<Uint8Array>({
    start(started) {
      controller = started
    },
    pull() {
      const callback = drained
      drained = undefined
      callback?.()
    },
    cancel() {
      over = true
      options.onCancel()
    },
  })
  const sink: AnswerSink = {
    head(status, headers, usage) {
      response.resolve(new Response(body, { status, headers: { ...headers, ...options.begin(usage) } }))
    },
    write(chunk) {
      if (!over) controller.enqueue(chunk)
      return (controller.desiredSize ?? 1) > 0
    },
    onDrain(callback) {
      drained = callback
    },
    end(last) {
      if (!over && last) controller.enqueue(last)
      if (!over) controller.close()
      over = true
    },
    abandoned: options.onAbandoned,
    fail(error) {
      if (over) return
      over = true
      if (!options.lastWords) return controller.error(error)
      controller.enqueue(Buffer.from(options.lastWords(error)))
      controller.close()
    },
  }
  return { sink, response: response.promise }
}
