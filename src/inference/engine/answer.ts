import type { ChoiceEvent, FinishReason, TokenLogprob } from '../../chat/event.ts'
import type { OutputEvent } from '../tools/output-event.ts'
import type { OutputParser } from '../tools/tool-format.ts'
import type { JobEnd } from './generator.ts'
import type { DrawnToken, LanguageModel } from './language-model.ts'
import { createStopMatcher } from './stop-matcher.ts'
import { createTokenDescriber } from './token-describer.ts'
import { createTokenText } from './token-text.ts'

/** One choice's tokens on their way to events: text, stop strings, thinking and calls, in this order. */
export interface Answer {
  /** True when the answer is complete with this token. */
  token(drawn: DrawnToken): boolean
  end(end: Pick<JobEnd, 'reason' | 'endToken'>): void
  readonly reasoningTokens: number
}

export interface AnswerOptions {
  choice: number
  model: Pick<LanguageModel, 'detokenize'>
  stop: readonly string[]
  /** Reads calls and thinking out of the text; absent where the text is all there is. */
  parser?: OutputParser
  parallelToolCalls: boolean
  /** Log-probabilities tell of the model's end token too: whoever reads them counts tokens. */
  tellsEnd?: boolean
  emit: (event: ChoiceEvent) => void
}

export function createAnswer(options: AnswerOptions): Answer {
  const { choice, model, parser, parallelToolCalls, tellsEnd = false, emit } = options
  // A parser knows calls by their special tokens; without one these are no text.
  const special = parser !== undefined
  const text = createTokenText({
    detokenize: (tokens, previous) => model.detokenize(tokens, previous, { special }),
  })
  const stops = createStopMatcher(options.stop)
  const describe = createTokenDescriber(model, { special })
  const logprobs: TokenLogprob[] = []
  let calls = 0
  /** A second call has begun that was not asked for. */
  let over = false
  let completeCalls = 0
  let reasoning = false
  let reasoningTokens = 0

  function show(shown: string, { last = false } = {}) {
    const events: OutputEvent[] = []
    if (shown !== '') events.push(...(parser ? parser.push(shown) : [textEvent(shown)]))
    if (last && parser) events.push(...parser.end())
    for (const event of events) {
      if (event.type === 'tool-call-start') {
        // Only the first call was asked for; what follows it is not the client's.
        over = calls > 0 && !parallelToolCalls
        if (!over) calls += 1
      }
      if (over) return
      if (event.type === 'tool-call-end') completeCalls += 1
      reasoning = event.type === 'reasoning-delta'
      emit({ choice, ...event, ...(event.type === 'text-delta' && takeLogprobs()) })
    }
  }

  function takeLogprobs() {
    return logprobs.length === 0 ? {} : { logprobs: logprobs.splice(0) }
  }

  return {
    get reasoningTokens() {
      return reasoningTokens
    },
    token(drawn) {
      if (drawn.logprobs) logprobs.push(describe(drawn.token, drawn.logprobs))
      const { text: shown, stopped } = stops.push(text.push(drawn.token))
      show(shown, { last: stopped })
      if (reasoning) reasoningTokens += 1
      return stopped || over || (!parallelToolCalls && completeCalls > 0)
    },
    end({ reason, endToken }) {
      if (reason !== 'told') {
        const last = stops.push(text.end())
        show(last.stopped ? last.text : last.text + stops.end(), { last: true })
      }
      if (tellsEnd && endToken?.logprobs) {
        logprobs.push({ ...describe(endToken.token, endToken.logprobs), characters: 0 })
      }
      if (logprobs.length > 0) emit({ choice, ...textEvent(''), ...takeLogprobs() })
      emit({ type: 'choice-finish', choice, reason: finishReason(reason, calls) })
    },
  }
}

function textEvent(text: string): OutputEvent & { type: 'text-delta' } {
  return { type: 'text-delta', text }
}

function finishReason(reason: JobEnd['reason'], calls: number): FinishReason {
  if (reason === 'length') return 'length'
  return calls > 0 ? 'tool-calls' : 'stop'
}
