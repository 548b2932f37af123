import type { CapturedAnswer } from '../logs/create-capture.ts'
import type { AnswerSink } from '../providers/upstream.ts'

/** The same sink, which captures what is written to it. */
export function captureSink(sink: AnswerSink, captured: CapturedAnswer): AnswerSink {
  return {
    head: (status, headers, usage) => sink.head(status, headers, usage),
    write(chunk) {
      captured.add(chunk)
      return sink.write(chunk)
    },
    onDrain: (callback) => sink.onDrain(callback),
    end(last) {
      if (last) captured.add(last)
      sink.end(last)
    },
    fail: (error) => sink.fail(error),
    abandoned: (usage) => sink.abandoned(usage),
  }
}
