import type { CancelSignal } from '../chat/cancel-signal.ts'
import type { ChatUsage } from '../chat/usage.ts'
import type { LlmdError } from '../errors.ts'

/** A request in the format that the upstream speaks. */
export interface ForwardRequest {
  /** What is appended to the base URL: `/chat/completions`. */
  path: string
  /** The client's body as it came, and what it says. */
  body: Buffer
  parsed: Record<string, unknown>
  /** The upstream's id of the model; the client reads `clientModel` in the answer. */
  model: string
  clientModel: string
  /** Whether the answer is to be server-sent events. */
  stream: boolean
  /** Where it stands in a trace, as W3C Trace Context writes it; undefined where no traces are sent. */
  traceparent?: string | undefined
}

/** Takes an answer as it comes. Nothing is called after `end` or `fail`. */
export interface AnswerSink {
  /**
   * Called with the first byte at the earliest, so that what fails before can still be tried elsewhere.
   * @param usage what the answer tells of it, null where that is nothing; absent where it is not whole yet
   */
  head(status: number, headers: Record<string, string>, usage?: ChatUsage | null): void
  /** False asks to wait until `onDrain`'s callback is called. */
  write(chunk: Uint8Array): boolean
  /** Called after each `write` that returned false, to be told once. */
  onDrain(callback: () => void): void
  /** @param last what is still to be written, however slowly it is read */
  end(last?: Uint8Array): void
  /** The answer broke off after `head`. */
  fail(error: LlmdError): void
  /** The signal ended the answer, of whose usage the upstream had said this. */
  abandoned(usage: ChatUsage): void
}

export type ForwardResult =
  /** The sink has it all. `firstByteMs` is from the call of `forward` to the first byte of the body. */
  | { kind: 'answered'; status: number; usage: ChatUsage | null; firstByteMs: number }
  /** The sink has the beginning, and `fail` was called. */
  | { kind: 'broken'; error: LlmdError; usage: ChatUsage | null; firstByteMs: number }
  /** The upstream said no, and the sink has nothing. The body is whole unless it was larger than an error may be. */
  | {
      kind: 'rejected'
      status: number
      /** Only such as may be passed on. */
      headers: Record<string, string>
      body: Buffer
      /** What Retry-After or retry-after-ms ask for, at most a minute. */
      retryAfterMs: number | null
      /** Whether a smaller request may be answered. */
      isTooLarge: boolean
    }

/** One provider's connections. Disposing them waits for what is under way, and takes no more. */
export interface Upstream extends AsyncDisposable {
  /**
   * Sends the request and hands the answer to the sink. Aborting ends the upstream's work too.
   * @throws LlmdError for what failed before the sink had anything: `upstream_unreachable`, `upstream_timeout`,
   *   `upstream_error`, `upstream_credentials`; the signal's reason when it was aborted
   */
  forward(request: ForwardRequest, sink: AnswerSink, signal: CancelSignal): Promise<ForwardResult>
  /** A small exchange that is read whole, for lists of models and trials. Same errors; any status is an answer. */
  exchange(
    request: { method: 'GET' | 'POST'; path: string; body?: unknown; timeoutMs: number },
    signal: AbortSignal,
  ): Promise<{ status: number; headers: Record<string, string>; body: Buffer }>
  /** Opens connections, so that the first request need not wait for them. Never fails. */
  warm(): Promise<void>
}
