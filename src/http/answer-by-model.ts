import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { requireModel } from '../access/require-model.ts'
import type { Backend } from '../chat/backend.ts'
import type { FillDefaults } from '../chat/request-defaults.ts'
import { LlmdError } from '../errors.ts'
import { runAttempts, type AttemptOutcome, type FailedAttempt } from '../routing/attempts.ts'
import { targetKey, type Target } from '../routing/target.ts'
import { traceparentOf } from '../traces/trace-context.ts'
import { captureResponse } from './capture-response.ts'
import { countUsage } from './count-usage.ts'
import { forwardRequest, type Forwarding } from './forward-request.ts'
import type { HttpContext } from './http-env.ts'
import type { InferenceServices } from './inference-services.ts'
import { readInferenceBody } from './read-inference-body.ts'
import { refuseLookalikes } from './refuse-lookalikes.ts'
import { refuseOtherModels } from './refuse-other-models.ts'
import { tellAdmitted } from './tell-admitted.ts'

/** How what is asked at one path is answered, whichever target does it. */
export interface ModelRoute {
  /** At a provider: what is appended to its base URL. */
  path: string
  /** The end of a stream that broke off, as server-sent events; absent where answers are whole. */
  lastWords?: NonNullable<Forwarding['lastWords']>
  /** Absent where models have no defaults for what is asked. */
  fillDefaults?: FillDefaults
  /** @param asked What the body says, and the model's defaults */
  local: (c: HttpContext, backend: Backend, asked: Record<string, unknown>) => Promise<Response>
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
  modelRoute: ModelRoute,
): Promise<Response> {
  const { bytes, parsed: body } = await readInferenceBody(c, services)
  const { model, parsed } = readModel(body)
  const { open, principal } = c.env
  if (services.elsewhere?.has(model, principal)) return services.elsewhere.answer(c, bytes)
  requireModel(principal, model)
  const { deploymentId } = principal
  if (deploymentId !== null) services.deployments.require(deploymentId, model)
  const route = services.router.route(model)
  open.model = model
  open.streamed = parsed['stream'] === true
  open.route = { strategy: route.strategy, targets: route.targets.map(targetKey) }
  const { id, path, tokenName } = open
  services.events.publish({ type: 'request.started', request_id: id, path, model, token_name: tokenName })
  open.admitted = services.admission.admit(principal, model, open.startedAt)

  const captured = services.capture.begin({ id, model, path, token: open.tokenId, body: bytes })
  c.env.captured = captured

  const { health, clock, random } = services
  let outcome: Outcome
  try {
    const ended = await runAttempts<Outcome>({
      route,
      path: modelRoute.path,
      health,
      clock,
      random,
      signal: open.cancelSignal,
      onAttempt: (attempt) => open.attempts.push(attempt),
      attempt: (target, attempt) =>
        askTarget(c, services, { modelRoute, target, attempt, model, parsed, bytes }),
    })
    outcome = ended.outcome
  } catch (error) {
    // It may have been ended in the middle of what it had written already.
    if (!c.env.forwarded) throw error
    return RESPONSE_ALREADY_SENT
  }
  const tell = (response: Response) => (captured ? captureResponse(response, captured) : response)
  if ('response' in outcome) return tell(outcome.response)
  if (outcome.rejection) return tell(outcome.rejection)
  throw outcome.error
}

async function askTarget(
  c: HttpContext,
  services: InferenceServices,
  question: {
    modelRoute: ModelRoute
    target: Target
    attempt: { number: number; begin: () => void }
    /** As the client calls it. */
    model: string
    parsed: Record<string, unknown>
    bytes: Buffer
  },
): Promise<Outcome> {
  const { modelRoute, target, attempt, model, parsed, bytes } = question
  const { path, lastWords, fillDefaults } = modelRoute
  const { open } = c.env
  open.target = { provider: target.kind === 'remote' ? target.provider : null, model: target.model }
  const headers = services.routeHeaders ? tellRoute(target, attempt.number) : {}
  const asked = target.defaults && fillDefaults ? fillDefaults(parsed, target.defaults) : parsed
  if (target.kind === 'local') {
    for (const [name, value] of Object.entries(headers)) c.header(name, value)
    const response = await modelRoute.local(c, countUsage(target.backend, open), asked)
    attempt.begin()
    tellAdmitted(response, open)
    return { kind: 'answered', status: response.status, response }
  }
  refuseOtherModels(parsed)
  const stream = open.streamed === true && lastWords !== undefined
  return forwardRequest(c.env, services.upstream(target.provider), {
    path,
    lastWords: stream ? lastWords : undefined,
    stream,
    headers,
    body: asked === parsed ? bytes : Buffer.from(JSON.stringify(asked)),
    parsed: asked,
    model: target.model,
    clientModel: model,
    traceparent: open.trace ? traceparentOf(open.trace, attempt.number) : undefined,
    begin: attempt.begin,
  })
}

/** The rest of the body is for whoever answers to judge. */
function readModel(body: unknown): { model: string; parsed: Record<string, unknown> } {
  if (!isObject(body)) throw new LlmdError('invalid_request', 'The body must be a JSON object.')
  refuseLookalikes(body)
  const { model, stream = null } = body
  if (typeof model !== 'string' || model === '') {
    throw new LlmdError('invalid_request', 'model: must be the name of a model.', { param: 'model' })
  }
  // A provider may take a 1 for true, and its answer would then be of another kind than the one that is waited for.
  if (stream !== null && typeof stream !== 'boolean') {
    throw new LlmdError('invalid_request', 'stream: must be true or false.', { param: 'stream' })
  }
  return { model, parsed: body }
}

function isObject(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body)
}

function tellRoute(target: Target, attempt: number): Record<string, string> {
  return {
    'x-llmd-model': target.kind === 'local' ? target.model : inHeader(targetKey(target)),
    'x-llmd-attempts': String(attempt),
  }
}

/** A provider's ids may have letters that no header can carry. */
function inHeader(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]+/g, encodeURIComponent)
}
