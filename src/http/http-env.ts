import type { Context, MiddlewareHandler } from 'hono'
import type { Principal } from '../access/token-store.ts'
import type { LlmdError } from '../errors.ts'
import type { CapturedAnswer } from '../logs/create-capture.ts'
import type { Arrival } from './arrival.ts'
import type { OpenRequest } from './open-request.ts'

/** What travels with a request through the app: routes have it as `c.env`. */
export interface RequestContext {
  readonly arrival: Arrival
  readonly method: string
  /** As the router matches it. */
  readonly path: string
  /** Its signal ends the work when the client leaves or the daemon has to. */
  readonly open: OpenRequest
  /** Nobody in particular where anyone may ask, as at `/health`. */
  principal: Principal
  /** What was thrown, and became the answer. */
  failure: LlmdError | undefined
  /** Set where the answer was written straight to the connection: its status, and what broke it. */
  forwarded: { status: number; error: LlmdError | undefined } | undefined
  /** Set where another process answers, and tells of the request. */
  handedOver: boolean
  /** Set where prompt and answer are to be written down. */
  captured: CapturedAnswer | undefined
  /** Set by whoever answers with a stream: settles when the body is over, with what broke it. */
  streaming: Promise<LlmdError | undefined> | undefined
}

export interface HttpEnv {
  Bindings: RequestContext
}

export type HttpContext = Context<HttpEnv>
export type HttpMiddleware = MiddlewareHandler<HttpEnv>
