import type { ActiveCapture, StartCapture } from '../../api/capture.ts'
import type { LogFilter, LogItem } from '../../api/logs.ts'
import { readEvents } from '../read-events.ts'
import type { Calls } from '../create-calls.ts'

/** The log, and captures of prompts and answers. */
export interface LogsClient {
  /**
   * Lines of the log that pass the filter, after an item that says the stream is open; with `follow` also those that
   * come, until the daemon ends. An aborted signal ends it and its reason is thrown.
   */
  logs(options?: LogFilter & { follow?: boolean; signal?: AbortSignal }): AsyncIterable<LogItem>
  /** Has prompts and answers written down for a time. */
  startCapture(capture: StartCapture): Promise<ActiveCapture>
  stopCapture(): Promise<void>
}

export function logsClient({ call, stream }: Calls): LogsClient {
  return {
    logs({ follow = false, signal, ...filter } = {}) {
      const query = new URLSearchParams({ ...filter, ...(follow && { follow: '1' }) }).toString()
      const path = `/llmd/v1/logs${query && `?${query}`}`
      return stream({ method: 'GET', path, ...(signal && { signal }) }, readEvents<LogItem>)
    },
    startCapture: async (body) =>
      (await call<{ capture: ActiveCapture }>('POST', '/capture', { body })).capture,
    async stopCapture() {
      await call('DELETE', '/capture')
    },
  }
}
