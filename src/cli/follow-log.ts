import { setTimeout as delay } from 'node:timers/promises'
import { isUnreachable, readStored, type LogNews, type LogSource } from './read-log.ts'

/** How soon a daemon that is gone is looked for again. */
const retryMs = 300

/**
 * The lines that are there and those that come, until the signal is aborted, whose reason is thrown. When the daemon
 * ends, it goes on with the next one, where it was.
 * @param options.note is told when the daemon is gone, and when there is one again
 */
export async function* followLog({
  note,
  ...source
}: LogSource & { note: (text: string) => void }): AsyncGenerator<LogNews> {
  const { filter, signal, connect } = source
  const repeated = createRepeatFilter()
  let isWaiting = false

  const waitFor = async (what: string) => {
    if (!isWaiting) note(`${what} Waiting for it; Ctrl-C ends this.`)
    isWaiting = true
    await delay(retryMs, undefined, { signal }).catch(() => signal.throwIfAborted())
  }

  for (;;) {
    try {
      await using connection = await connect()
      const since = repeated.lastTime ?? filter.since
      const items = connection.client.logs({
        ...filter,
        ...(since !== undefined && { since }),
        follow: true,
        signal,
      })
      for await (const item of items) {
        if (item.type === 'opened') {
          if (isWaiting) note('The daemon is there.')
          isWaiting = false
        } else if (!repeated.was(item)) yield item
      }
      await waitFor('The daemon has ended.')
    } catch (error) {
      signal.throwIfAborted()
      if (!isUnreachable(error)) throw error
      if (repeated.lastTime === undefined && !isWaiting) {
        for await (const item of readStored(source)) if (!repeated.was(item)) yield item
      }
      await waitFor('No daemon can be reached.')
    }
  }
}

/** Whoever asks for lines since the last one gets that one again, and all others of its millisecond. */
function createRepeatFilter() {
  let lastTime: string | undefined
  let last = new Set<string>()
  return {
    get lastTime() {
      return lastTime
    },
    was(item: LogNews): boolean {
      if (item.type !== 'line') return false
      const text = JSON.stringify(item.entry)
      if (item.entry.time === lastTime && last.has(text)) return true
      if (item.entry.time !== lastTime) last = new Set()
      lastTime = item.entry.time
      last.add(text)
      return false
    },
  }
}
