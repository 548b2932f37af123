import type { Context, MiddlewareHandler } from 'hono'
import type { Principal } from '../access/token-store.ts'
import type { LlmdError } from '../errors.ts'
import type { CapturedAnswer } from '../logs/create-capture.ts'
import type { Arrival } from './arrival.ts'
import type { OpenRequest } from './track-requests.ts'

/** What travels with a request through the app. */
export interface HttpEnv {
  Bindings: Arrival
  Variables: {
    requestId: string
    /** Its signal ends the work when the client leaves or the daemon has to. */
    open: OpenRequest
    /** Absent only where anyone may ask, as at `/health`. */
    principal: Principal
    /** Set where the answer was written straight to the connection: its status, and what broke it. */
    forwarded?: { status: number; error: LlmdError | undefined }
    /** Set where another process answers, and tells of the request. */
    handedOver?: boolean
    /** Set where prompt and answer are to be written down. */
    captured?: CapturedAnswer
    /** Set by whoever answers with a stream: settles when the body is over, with what broke it. */
    streaming?: Promise<LlmdError | undefined>
  }
}

export type HttpContext = Context<HttpEnv>
export type HttpMiddleware = MiddlewareHandler<HttpEnv>
