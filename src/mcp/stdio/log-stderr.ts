import type { Readable } from 'node:stream'
import type { Log } from '../../log.ts'
import { createLineSplitter } from './split-lines.ts'

const longestLine = 500
const mostLinesAMinute = 200
const shortestSecret = 4

/** Logs what a program writes to stderr, at the level debug: no more than so much, and without what is secret. */
export function logStderr(
  stderr: Readable,
  { server, secrets, log }: { server: string; secrets: string[]; log: Log },
): void {
  const hidden = secrets.filter((secret) => secret.length >= shortestSecret)
  const splitter = createLineSplitter()
  let begun = performance.now()
  let lines = 0
  stderr.setEncoding('utf8')
  stderr.on('error', () => {})
  stderr.on('data', (chunk: string) => {
    // A line without an end is not kept for ever.
    const ended = splitter.pending > 64 * longestLine ? `${chunk}\n` : chunk
    splitter.add(ended, (line) => {
      if (performance.now() - begun > 60_000) {
        begun = performance.now()
        lines = 0
      }
      lines += 1
      if (lines > mostLinesAMinute || line.trim() === '') return
      const discreet = hidden.reduce((text, secret) => text.replaceAll(secret, '[secret]'), line)
      log.debug('an MCP server said', { mcp_server: server, text: discreet.slice(0, longestLine) })
    })
  })
}
