import { upstreamModelSchema } from '../api/providers.ts'
import type { UpstreamConnection } from './connection.ts'
import { fieldOf } from './field-of.ts'
import { explainAnswer, explainError, strangeAnswer, toError } from './explain-failure.ts'
import type { Upstream } from './upstream.ts'

const answerWithinMs = 20_000
const largestList = 8 * 1024 * 1024

/**
 * What the provider says it has: its own ids, alphabetically.
 * @throws LlmdError that says whether it was the key, the base URL or the network
 */
export async function listModels(
  upstream: Upstream,
  { baseUrl, key }: Pick<UpstreamConnection, 'baseUrl' | 'key'>,
  signal: AbortSignal,
): Promise<string[]> {
  const answer = await upstream
    .exchange({ method: 'GET', path: '/models', timeoutMs: answerWithinMs }, signal)
    .catch((error: unknown) => {
      signal.throwIfAborted()
      throw toError(explainError(error))
    })
  if (answer.status !== 200) throw toError(explainAnswer(answer, { baseUrl, key }))
  const ids = answer.body.length > largestList ? undefined : readModelIds(answer.body.toString())
  if (!ids) throw toError(strangeAnswer('no list of models', { baseUrl, key }))
  return ids
}

/** The ids of a list in any of the shapes that are about; undefined for what is no list. */
export function readModelIds(text: string): string[] | undefined {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return undefined
  }
  const lists = Array.isArray(body) ? [body] : [fieldOf(body, 'data'), fieldOf(body, 'models')]
  const list: unknown[] | undefined = lists.find((candidate) => Array.isArray(candidate))
  const ids = list?.flatMap((item) => {
    const places = [item, fieldOf(item, 'id'), fieldOf(item, 'name'), fieldOf(item, 'model')]
    return places.find((place) => upstreamModelSchema.safeParse(place).success) ?? []
  })
  return ids && [...new Set(ids.map(String))].toSorted()
}
