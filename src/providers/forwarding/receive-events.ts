import type { ChatUsage } from '../../chat/usage.ts'
import { editBytes } from './edit-bytes.ts'
import { createEventSplitter } from './event-splitter.ts'
import { readUsageOfEvents } from './read-usage.ts'
import type { BodyReceiver } from './receiver.ts'
import { renamingsOfEvents } from './rename-model.ts'
import { endsStream, type StreamEnd } from './stream-end.ts'
import { strippingsOfUsage } from './strip-usage.ts'
import { badAnswer } from './upstream-failures.ts'
import type { AnswerSink, ForwardResult } from '../upstream.ts'

/** An event may be this long. */
const mostEventBytes = 8 * 1024 ** 2

/** So much may come before the first event with data. */
const mostPreludeBytes = 64 * 1024

const beginsLikeEvents = /^(?:\xef\xbb\xbf)?[\r\n]*(?:data|event|id|retry)?:/
const enoughToJudge = 16

const colon = 0x3a
const dataOnNextLine = Buffer.from('\ndata:')

/**
 * Passes server-sent events on, whole ones only, so that a stream that breaks off can still be given an error of its
 * own. The answer is opened by the first event with data: comments say nothing that would be worth giving up the
 * chance to try elsewhere, unless they go on for `preludeMs`.
 */
export function receiveEvents(options: {
  provider: string
  sink: AnswerSink
  status: number
  headers: Record<string, string>
  /** The client's name of the model, as it stands in JSON. */
  name: Buffer
  stripUsage: boolean
  end: StreamEnd
  preludeMs: number
  firstByteMs: () => number
}): BodyReceiver<ForwardResult> {
  const { provider, sink, status, headers, name, stripUsage, preludeMs, firstByteMs } = options
  const splitter = createEventSplitter()
  const startedAt = performance.now()
  let looksRight = false
  let opened = false
  let prelude: Buffer[] = []
  let preludeBytes = 0
  // The end of a stream and its usage are in what came last, comments aside.
  let last: Buffer = Buffer.alloc(0)
  let secondLast: Buffer = Buffer.alloc(0)
  let stripped: ChatUsage | null = null

  const usage = () => stripped ?? readUsageOfEvents(last) ?? readUsageOfEvents(secondLast)
  const isComplete = () => endsStream(options.end, last) || endsStream(options.end, secondLast)

  const checkBeginning = (bytes: Buffer) => {
    if (bytes.length < enoughToJudge) return
    looksRight = beginsLikeEvents.test(bytes.toString('latin1', 0, 64))
    if (!looksRight) throw badAnswer(provider, 'is not a stream of events')
  }

  const mind = (hasData: boolean, events: Buffer) => {
    if (!hasData) return
    secondLast = last
    last = events
  }

  const edit = (events: Buffer): Buffer => {
    const renamings = renamingsOfEvents(events, name)
    if (!stripUsage) return editBytes(events, renamings)
    const strippings = strippingsOfUsage(events)
    stripped = strippings.usage ?? stripped
    if (strippings.edits.length === 0) return editBytes(events, renamings)
    let end = 0
    // An event that goes as a whole takes its model with it.
    const edits = [...renamings, ...strippings.edits]
      .toSorted((one, other) => one.start - other.start)
      .filter((each) => {
        const isApart = each.start >= end
        if (isApart) end = each.end
        return isApart
      })
    return editBytes(events, edits)
  }

  const passOn = (events: Buffer): boolean => {
    const hasData = events[0] !== colon || events.includes(dataOnNextLine)
    mind(hasData, events)
    const edited = edit(events)
    if (opened) return edited.length === 0 || sink.write(edited)
    prelude.push(edited)
    preludeBytes += edited.length
    const isLong = preludeBytes > mostPreludeBytes || performance.now() - startedAt > preludeMs
    if (!hasData && !isLong) return true
    const all = prelude.length === 1 ? edited : Buffer.concat(prelude)
    prelude = []
    opened = true
    sink.head(status, headers)
    return all.length === 0 || sink.write(all)
  }

  const finish = (): ForwardResult => {
    sink.end()
    return { kind: 'answered', status, usage: usage(), firstByteMs: firstByteMs() }
  }

  return {
    data(chunk) {
      const events = splitter.push(chunk)
      if (!looksRight) checkBeginning(events ?? splitter.rest)
      if (splitter.rest.length > mostEventBytes) throw badAnswer(provider, 'has an event that is too long')
      return events === null || passOn(events)
    },
    end() {
      const { rest } = splitter
      // The last blank line is easily forgotten; the end itself must be there.
      if (!isComplete() && rest.length > 0 && endsStream(options.end, rest)) passOn(rest)
      if (opened && isComplete()) return finish()
      throw badAnswer(provider, 'ended before it was complete')
    },
    abandoned() {
      const told = usage()
      if (told) sink.abandoned(told)
    },
    broken(error) {
      if (opened && isComplete()) return finish()
      if (!opened) throw error
      sink.fail(error)
      return { kind: 'broken', error, usage: usage(), firstByteMs: firstByteMs() }
    },
  }
}
