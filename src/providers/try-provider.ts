import type { ProviderTest } from '../api/providers.ts'
import { LlmdError } from '../errors.ts'
import { chooseTrialModels } from './choose-trial-models.ts'
import type { UpstreamConnection } from './connection.ts'
import { listModels } from './list-models.ts'
import { tryConnection } from './try-connection.ts'
import type { Upstream } from './upstream.ts'

export type Connect = (connection: UpstreamConnection) => Upstream

/**
 * A small chat completion over a connection of its own. Where nobody says with which model, the provider's list and
 * the vendor's row decide.
 */
export async function tryProvider({
  connection,
  connect,
  model,
  suggested,
  signal,
}: {
  connection: UpstreamConnection
  connect: Connect
  model: string | undefined
  suggested: string[]
  signal: AbortSignal
}): Promise<ProviderTest> {
  // What is returned has to be awaited: with the block the connection ends.
  await using upstream = connect(connection)
  if (model !== undefined) return await tryConnection(upstream, { models: [model], connection, signal })
  const listed = await listModels(upstream, connection, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    if (!(error instanceof LlmdError)) throw error
    return error
  })
  // Some have no list at all; a key that is wrong, or a network that is down, is wrong and down for chats too.
  if (listed instanceof LlmdError && (listed.code !== 'upstream_error' || suggested.length === 0)) {
    return failedBefore(listed)
  }
  const models = chooseTrialModels(listed instanceof LlmdError ? null : listed, suggested)
  if (models.length > 0) return await tryConnection(upstream, { models, connection, signal })
  return failedBefore(
    new LlmdError('model_not_found', 'Model not found', {
      hint: 'It lists no model that answers chats. Say which one to try.',
    }),
  )
}

function failedBefore({ code, message, hint }: LlmdError): ProviderTest {
  const failure = { code, message, hint: hint ?? null }
  return { ok: false, model: null, attempts: 1, ms: null, failure }
}

/** @throws LlmdError `provider_test_failed`, in the words of the test */
export function requireSuccess({ failure }: ProviderTest): void {
  if (!failure) return
  throw new LlmdError('provider_test_failed', failure.message, {
    hint: `${failure.hint ?? ''} Nothing was saved.`.trimStart(),
  })
}
