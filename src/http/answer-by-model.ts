import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Backend } from '../chat/backend.ts'
import { LlmdError, toLlmdError } from '../errors.ts'
import { runAttempts, type AttemptOutcome, type FailedAttempt } from '../routing/attempts.ts'
import { targetKey, type Target } from '../routing/target.ts'
import { traceparentOf } from '../traces/trace-context.ts'
import { captureResponse } from './capture-response.ts'
import { countUsage } from './count-usage.ts'
import { forwardRequest, type Forwarding } from './forward-request.ts'
import type { HttpContext } from './http-env.ts'
import type { InferenceServices } from './inference-services.ts'
import type { InferenceBody } from './read-inference-body.ts'
import { refuseLookalikes } from './refuse-lookalikes.ts'

/** What is asked of a model, whichever target answers it. */
export interface ModelCall {
  body: InferenceBody
  /** What a body without a model is told; decoding it says more than that the name is missing. */
  local: (backend: Backend) => Promise<Response>
  forwarding: Pick<Forwarding, 'path' | 'lastWords'>
}

interface Answered {
  response: Response
}

/** The failure of a provider that said why itself. */
interface Rejected {
  rejection?: Response
}

type Outcome = (AttemptOutcome & Answered) | (FailedAttempt & Rejected)

/**
 * Answers with the model that the body names, or with what that name stands for: a local model by the backend, a
 * provider's by its own words.
 */
export async function answerByModel(
  c: HttpContext,
  services: InferenceServices,
  { body, local, forwarding }: ModelCall,
): Promise<Response> {
  const { model, parsed } = readModel(body.parsed)
  if (services.elsewhere?.has(model)) return services.elsewhere.answer(c, body.bytes)
  const route = services.router.route(model)
  const open = c.get('open')
  open.model = model
  open.streamed = parsed['stream'] === true
  open.route = { strategy: route.strategy, targets: route.targets.map(targetKey) }
  const { id, path, tokenName } = open
  services.events.publish({ type: 'request.started', request_id: id, path, model, token_name: tokenName })

  const captured = services.capture.begin({ id, model, path, token: open.tokenId, body: body.bytes })
  if (captured) c.set('captured', captured)

  const attempts = runAttempts<Outcome>({
    ...services,
    route,
    signal: open.cancelSignal,
    onAttempt: (attempt) => open.attempts.push(attempt),
    async attempt(target, { number, begin }) {
      open.target = { provider: target.kind === 'remote' ? target.provider : null, model: target.model }
      const headers = services.routeHeaders ? routeHeaders(target, number) : {}
      if (target.kind === 'local') {
        for (const [name, value] of Object.entries(headers)) c.header(name, value)
        const response = await local(countUsage(target.backend, open))
        begin()
        return { kind: 'answered', status: response.status, response }
      }
      return forwardRequest(c, services.upstream(target.provider), {
        ...forwarding,
        headers,
        body: body.bytes,
        parsed,
        model: target.model,
        clientModel: model,
        ...(open.trace && { traceparent: traceparentOf(open.trace, number) }),
        begin,
      })
    },
  })
  const { outcome } = await attempts.catch((error: unknown) => {
    // It was ended in the middle of what it had written already.
    if (!c.get('forwarded')) throw error
    const ended: AttemptOutcome & Answered = {
      kind: 'broken',
      error: toLlmdError(error),
      response: RESPONSE_ALREADY_SENT,
    }
    return { outcome: ended }
  })
  const tell = (response: Response) => (captured ? captureResponse(response, captured) : response)
  if ('response' in outcome) return tell(outcome.response)
  if ('rejection' in outcome && outcome.rejection) return tell(outcome.rejection)
  throw outcome.error
}

/** The rest of the body is for whoever answers to judge. */
function readModel(body: unknown): { model: string; parsed: Record<string, unknown> } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new LlmdError('invalid_request', 'The body must be a JSON object.')
  }
  const parsed: Record<string, unknown> = { ...body }
  refuseLookalikes(parsed)
  const { model, stream = null } = parsed
  if (typeof model !== 'string' || model === '') {
    throw new LlmdError('invalid_request', 'model: must be the name of a model.', { param: 'model' })
  }
  // A provider may take a 1 for true, and its answer would then be of another kind than the one that is waited for.
  if (stream !== null && typeof stream !== 'boolean') {
    throw new LlmdError('invalid_request', 'stream: must be true or false.', { param: 'stream' })
  }
  return { model, parsed }
}

function routeHeaders(target: Target, attempt: number): Record<string, string> {
  return {
    'x-llmd-model': target.kind === 'local' ? target.model : inHeader(targetKey(target)),
    'x-llmd-attempts': String(attempt),
  }
}

/** A provider's ids may have letters that no header can carry. */
function inHeader(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]+/g, encodeURIComponent)
}
