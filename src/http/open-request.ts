import type { Admitted } from '../access/admission.ts'
import { toCredits } from '../api/credits.ts'
import type { RequestStory } from '../api/requests.ts'
import type { CancelSignal } from '../chat/cancel-signal.ts'
import { type ChatUsage, noUsage } from '../chat/usage.ts'
import type { LlmdError } from '../errors.ts'
import type { LiveMember } from '../live-set.ts'
import type { Attempt } from '../routing/attempts.ts'
import type { TraceContext } from '../traces/trace-context.ts'
import { RequestSignal } from './request-signal.ts'
import { type EndedStory, tellStory } from './tell-story.ts'

/** Who keeps track of requests is told what becomes of them. */
export interface RequestKeeper {
  /** How long clients may leave unread what was sent: they hold slots and memory all the while. */
  readonly stallMs: number
  follow(request: OpenRequest): void
  remember(request: OpenRequest, story: EndedStory): void
  withdraw(request: OpenRequest): void
}

/** A request that is being answered. */
export class OpenRequest implements LiveMember {
  liveSlot = -1
  /** Named by `x-request-id`. */
  readonly id: string
  readonly path: string
  /** Whether it shows in the figures. */
  readonly isCounted: boolean
  readonly startedAt: Date
  /** What is known of it once its body is read, and whose it is. */
  model: string | null = null
  tokenId: string | null = null
  tokenName: string | null = null
  /** What answers: a local model's name, or a provider and its own id of the model. */
  target: { provider: string | null; model: string } | null = null
  /** What its model stood for, once that was looked up. */
  route: RequestStory['route'] = null
  /** Milliseconds that a local model took until it was loaded, and then until it had a slot. */
  modelWaitMs: number | null = null
  turnWaitMs: number | null = null
  /** Whether its answer is asked for in events; null until its body is read. */
  streamed: boolean | null = null
  /** How far an answer of a local model is, and how long it took since its first token; null before, and for others. */
  written: { tokens: number; ms: number } | null = null
  /** Counts what it uses; null where that is neither limited nor paid for. */
  admitted: Admitted | null = null
  /** Null where no traces are sent. */
  trace: TraceContext | null = null
  /** What was tried to answer it, in order. */
  readonly attempts: Attempt[] = []
  /** From its start to the first byte or event of its answer. */
  firstByteMs: number | null = null
  clientLeft = false
  readonly #keeper: RequestKeeper
  readonly #started = performance.now()
  readonly #signal = new RequestSignal()
  #usage: ChatUsage | null = null
  #reckoned: Promise<unknown> | null = null

  constructor(
    { id, path, counted, startedAt }: { id: string; path: string; counted: boolean; startedAt: Date },
    keeper: RequestKeeper,
  ) {
    this.id = id
    this.path = path
    this.isCounted = counted
    this.startedAt = startedAt
    this.#keeper = keeper
  }

  get stallMs(): number {
    return this.#keeper.stallMs
  }

  /** Milliseconds since it came, by a clock that nobody sets. */
  elapsed(): number {
    return performance.now() - this.#started
  }

  /** Null until something of it is known. */
  get usage(): ChatUsage | null {
    return this.#usage
  }

  /** Adds to the usage. */
  use(usage: Partial<ChatUsage>): void {
    this.#usage = sum(this.#usage ?? noUsage, usage)
  }

  /** Settles when all that `reckon` was told is known; null where it was told nothing. */
  get reckoned(): Promise<unknown> | null {
    return this.#reckoned
  }

  /** Adds to the usage what is not known yet. */
  reckon(usage: Promise<ChatUsage | null>): void {
    const counting = usage.then((more) => more && this.use(more))
    this.#reckoned = Promise.all([this.#reckoned, counting])
  }

  /** Ends its work: the client left, or the daemon has to end it. The first reason wins. */
  get cancelSignal(): CancelSignal {
    return this.#signal
  }

  /** The same, for what wants an AbortSignal. */
  get signal(): AbortSignal {
    return this.#signal.toAbortSignal()
  }

  leave(): void {
    if (this.#signal.aborted) return
    this.clientLeft = true
    this.#signal.abort(new DOMException('The client left.', 'AbortError'))
  }

  abort(reason: LlmdError): void {
    this.#signal.abort(reason)
  }

  /** It tells of the others for as long as there are any: a drain does not wait for it, and ends it last. */
  follow(): void {
    this.#keeper.follow(this)
  }

  /** The answer is over, whatever came of it. */
  close(end: { status: number; code: string | null }): EndedStory {
    const story = tellStory(this, end)
    if (this.admitted) settleCredits(this.admitted, this.#usage, story)
    this.#keeper.remember(this, story)
    return story
  }

  /** Another process answers it: it is as if it had never been open here. */
  withdraw(): void {
    this.#keeper.withdraw(this)
  }
}

function settleCredits(admitted: Admitted, usage: ChatUsage | null, story: EndedStory): void {
  const microCredits = admitted.settle(usage)
  if (microCredits !== null) story.credits = toCredits(microCredits)
}

function sum(usage: ChatUsage, more: Partial<ChatUsage>): ChatUsage {
  return {
    promptTokens: usage.promptTokens + (more.promptTokens ?? 0),
    completionTokens: usage.completionTokens + (more.completionTokens ?? 0),
    cachedTokens: usage.cachedTokens + (more.cachedTokens ?? 0),
    reasoningTokens: usage.reasoningTokens + (more.reasoningTokens ?? 0),
  }
}
