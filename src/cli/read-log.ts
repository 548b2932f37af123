import type { LogEntry, LogFilter, LogItem } from '../api/logs.ts'
import type { Connection } from '../client/connect.ts'
import { LlmdError } from '../errors.ts'

export interface LogSource {
  filter: LogFilter
  signal: AbortSignal
  /** @throws LlmdError `daemon_unreachable` */
  readonly connect: () => Promise<Connection>
  /** The log as it lies on this machine; absent where the daemon would be elsewhere. */
  stored?: ((filter: LogFilter) => AsyncIterable<LogEntry>) | undefined
}

/** What the stream tells of lines. */
export type LogNews = Exclude<LogItem, { type: 'opened' }>

/** The lines that are there: from the daemon, or from its files where none runs. */
export async function* readLog({ filter, signal, connect, stored }: LogSource): AsyncGenerator<LogNews> {
  const connection = await connect().catch((error: unknown) => {
    if (stored && isUnreachable(error)) return undefined
    throw error
  })
  if (!connection) {
    yield* readStored({ filter, stored })
    return
  }
  await using _ = connection
  for await (const item of connection.client.logs({ ...filter, signal })) {
    if (item.type !== 'opened') yield item
  }
}

export async function* readStored({
  filter,
  stored,
}: Pick<LogSource, 'filter' | 'stored'>): AsyncGenerator<LogNews> {
  if (!stored) return
  for await (const entry of stored(filter)) yield { type: 'line', entry }
}

export function isUnreachable(error: unknown): boolean {
  return error instanceof LlmdError && error.code === 'daemon_unreachable'
}
