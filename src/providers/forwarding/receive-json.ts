import type { ChatUsage } from '../../chat/usage.ts'
import { beginsLikeJson, endsLikeJson, looksLikeJson } from './json-bytes.ts'
import { readUsage } from './read-usage.ts'
import type { BodyReceiver } from './receiver.ts'
import { createModelRenamer, renameModel } from './rename-model.ts'
import { badAnswer } from './upstream-failures.ts'
import type { AnswerSink, ForwardResult } from '../upstream.ts'

/** An answer up to this size is held until it is whole. */
const mostHeldBytes = 1024 ** 2

const mostBytes = 256 * 1024 ** 2

/**
 * Passes a JSON answer on. Until it is whole nothing is, so that one that breaks off can still be tried elsewhere;
 * only large ones, which embeddings can be, flow through.
 */
export function receiveJson(options: {
  provider: string
  sink: AnswerSink
  status: number
  headers: Record<string, string>
  /** The client's name of the model, as it stands in JSON. */
  name: Buffer
  firstByteMs: () => number
}): BodyReceiver<ForwardResult> {
  const { provider, sink, status, headers, name, firstByteMs } = options
  let chunks: Buffer[] = []
  let size = 0
  let flow: ReturnType<typeof createModelRenamer> | null = null
  // Of an answer that flows, usage and end are in what came last.
  let last: Buffer = Buffer.alloc(0)

  const usage = (): ChatUsage | null => readUsage(last)

  const held = (): Buffer => {
    const [only] = chunks
    return only && chunks.length === 1 ? only : Buffer.concat(chunks, size)
  }

  const pass = (through: ReturnType<typeof createModelRenamer>, chunk: Buffer): boolean => {
    last = Buffer.concat([last.subarray(-4096), chunk])
    return sink.write(through.push(chunk))
  }

  const startFlow = (): boolean => {
    const beginning = held()
    if (!beginsLikeJson(beginning)) throw badAnswer(provider, 'is not JSON')
    chunks = []
    flow = createModelRenamer(name)
    sink.head(status, headers)
    return pass(flow, beginning)
  }

  return {
    data(chunk) {
      size += chunk.length
      if (size > mostBytes) throw badAnswer(provider, `is larger than ${mostBytes / 1024 ** 2} MB`)
      if (flow) return pass(flow, chunk)
      chunks.push(chunk)
      return size <= mostHeldBytes || startFlow()
    },
    end() {
      if (flow) {
        if (!endsLikeJson(last)) throw badAnswer(provider, 'ended before it was complete')
        sink.write(flow.end())
      } else {
        const whole = held()
        if (!looksLikeJson(whole)) throw badAnswer(provider, 'is not JSON')
        last = whole
        const renamed = renameModel(whole, name)
        sink.head(status, { ...headers, 'content-length': String(renamed.length) })
        sink.write(renamed)
      }
      sink.end()
      return { kind: 'answered', status, usage: usage(), firstByteMs: firstByteMs() }
    },
    broken(error) {
      if (!flow) throw error
      sink.fail(error)
      return { kind: 'broken', error, usage: usage(), firstByteMs: firstByteMs() }
    },
  }
}
