import { randomBytes } from 'node:crypto'
import type { ActiveCapture, StartCapture } from '../api/capture.ts'
import { escapeToAscii, type Log } from '../log.ts'
import { createExcerpt } from './excerpt.ts'
import { openLineFile, type LineFile, type LineFileOptions } from './line-file.ts'
import { pruneAll } from './rotated-files.ts'

/** Prompts and answers in a file of their own, for a time. Disposing it switches it off. */
export interface Capture extends Disposable {
  /** What is on now. */
  readonly active: ActiveCapture | null
  /** Switches it on, in place of what was on. */
  start(options: StartCapture): ActiveCapture
  stop(): void
  /** A request to a model; undefined where it is not to be captured. */
  begin(request: CapturedRequest): CapturedAnswer | undefined
}

interface CapturedRequest {
  id: string
  /** As the client named it. */
  model: string
  path: string
  /** Id of the token it came with. */
  token: string | null
  body: Uint8Array
}

export interface CapturedAnswer {
  /** A piece of the answer as the client gets it. */
  add(bytes: Uint8Array): void
  /** More of the answer is to be read although it is over, until what is returned is called. */
  hold(): () => void
  /** The answer is over: once nothing holds it, both are written down, unless the capture is off by now. */
  end(outcome: CapturedOutcome): void
}

interface CapturedOutcome {
  status: number
  code: string | null
  ms: number
}

/** @param options.hideKeys takes keys out of a text */
export function createCapture(options: {
  file: LineFileOptions
  hideKeys: (text: string) => string
  log: Log
}): Capture {
  const { file, hideKeys, log } = options
  const now = file.now ?? Date.now
  let active: (ActiveCapture & { id: string; lines: LineFile; timer: NodeJS.Timeout }) | null = null
  // What was captured long ago goes even if nothing is ever captured again.
  pruneAll(file.path, file, now())

  const stop = () => {
    if (!active) return
    const { lines, timer } = active
    active = null
    clearTimeout(timer)
    lines[Symbol.dispose]()
    log.warn('prompts and answers are captured no more', { file: file.path })
  }

  const current = () => {
    // The clock may have been set, or the machine have slept.
    if (active && now() >= Date.parse(active.until)) stop()
    return active
  }

  return {
    get active() {
      const found = current()
      return found && { until: found.until, model: found.model, file: found.file }
    },
    start({ seconds, model = null }) {
      stop()
      const until = new Date(now() + seconds * 1000).toISOString()
      const timer = setTimeout(stop, seconds * 1000).unref()
      active = {
        until,
        model,
        file: file.path,
        id: randomBytes(4).toString('hex'),
        lines: openLineFile(file),
        timer,
      }
      log.warn('prompts and answers are captured', { until, model, file: file.path })
      return { until, model, file: file.path }
    },
    stop,
    begin({ id, model, path, token, body }) {
      const begun = current()
      if (!begun || (begun.model !== null && begun.model !== model)) return undefined
      const time = new Date(now()).toISOString()
      const asked = createExcerpt()
      asked.add(body)
      const answered = createExcerpt()
      let holds = 0
      let over: CapturedOutcome | undefined
      const writeOnceOver = () => {
        if (!over || holds > 0 || current()?.id !== begun.id) return
        const record = {
          time,
          request_id: id,
          model,
          path,
          token,
          ...over,
          request: hideKeys(asked.text()),
          request_bytes: asked.bytes,
          answer: hideKeys(answered.text()),
          answer_bytes: answered.bytes,
        }
        begun.lines.write(`${escapeToAscii(JSON.stringify(record))}\n`)
      }
      return {
        add: answered.add,
        hold() {
          holds += 1
          return () => {
            holds -= 1
            writeOnceOver()
          }
        },
        end(outcome) {
          over = outcome
          writeOnceOver()
        },
      }
    },
    [Symbol.dispose]: stop,
  }
}
