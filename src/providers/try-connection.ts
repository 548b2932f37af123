import { setTimeout as delay } from 'node:timers/promises'
import type { ProviderTest } from '../api/providers.ts'
import { LlmdError } from '../errors.ts'
import type { UpstreamConnection } from './connection.ts'
import { explainAnswer, explainError, strangeAnswer, type UpstreamFailure } from './explain-failure.ts'
import type { Upstream } from './upstream.ts'

const tries = 3
const answerWithinMs = 30_000
const allWithinMs = 60_000
const pauseMs = 400

/** Thinking models need room to think before they answer at all. */
const enoughTokens = 16
const enoughToThink = 512

interface Trial {
  failure: UpstreamFailure | null
  ms: number | null
}

/**
 * Asks a model for a word. What may pass (the network, limits, failures of the upstream) is tried up to three times.
 * Several models are tried one after another as long as it is only the model that is refused.
 * @param models at least one
 */
export async function tryConnection(
  upstream: Upstream,
  { models, connection, signal }: { models: string[]; connection: UpstreamConnection; signal: AbortSignal },
): Promise<ProviderTest> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(allWithinMs)])
  let attempts = 0
  let model: string | null = null
  let trial: Trial = { failure: null, ms: null }
  const ask = async (limit: Record<string, number>): Promise<Trial> => {
    attempts += 1
    const messages = [{ role: 'user', content: 'Say hi.' }]
    const body = { model, messages, ...limit }
    const startedAt = performance.now()
    try {
      const request = { method: 'POST', path: '/chat/completions', body, timeoutMs: answerWithinMs } as const
      const answer = await upstream.exchange(request, deadline)
      if (limit['max_tokens'] !== undefined && isAskedForOtherLimit(answer)) {
        return await ask({ max_completion_tokens: enoughToThink })
      }
      return { failure: judge(answer, connection), ms: performance.now() - startedAt }
    } catch (error) {
      signal.throwIfAborted()
      const failed = deadline.aborted
        ? new LlmdError('upstream_timeout', 'It did not answer in time.')
        : error
      return { failure: explainError(failed), ms: null }
    }
  }

  for (model of models) {
    for (let attempt = 1; attempt <= tries; attempt++) {
      trial = await ask({ max_tokens: enoughTokens })
      if (!trial.failure?.mayPass || attempt === tries) break
      await pause(pauseMs * attempt * (0.5 + Math.random()), signal)
    }
    if (trial.failure?.code !== 'model_not_found') break
  }
  return {
    ok: trial.failure === null,
    model,
    attempts,
    ms: trial.ms === null ? null : Math.round(trial.ms),
    failure: trial.failure && {
      code: trial.failure.code,
      message: trial.failure.message,
      hint: trial.failure.hint,
    },
  }
}

/** @throws the signal's reason when it is aborted */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted())
}

function judge(
  answer: { status: number; body: Buffer },
  connection: UpstreamConnection,
): UpstreamFailure | null {
  if (answer.status !== 200) return explainAnswer(answer, connection)
  try {
    const body: { choices?: unknown; error?: { code?: unknown } } | null = JSON.parse(answer.body.toString())
    if (Array.isArray(body?.choices)) return null
    // Some say with 200 what went wrong.
    if (body?.error) {
      const status = Number(body.error.code) >= 400 ? Number(body.error.code) : 502
      return explainAnswer({ status, body: answer.body }, connection)
    }
  } catch {
    // Told below.
  }
  return strangeAnswer('no chat completion', connection)
}

/** OpenAI's newer models refuse `max_tokens`, and name what they want instead. */
function isAskedForOtherLimit({ status, body }: { status: number; body: Buffer }): boolean {
  return status === 400 && body.includes('max_completion_tokens')
}
