import type { CapturedAnswer } from '../logs/create-capture.ts'
import type { AnswerSink } from '../providers/upstream.ts'

/** The same sink, which captures what is written to it. */
export function captureSink(sink: AnswerSink, captured: CapturedAnswer): AnswerSink {
  return {
    ...sink,
    write(chunk) {
      captured.add(chunk)
      return sink.write(chunk)
    },
  }
}
