import type { ServerResponse } from 'node:http'
import { expect, onTestFinished, vi } from 'vitest'
import { openFakeDaemon } from '../client/fake-daemon.ts'
import { sampleLocal, sampleStatus } from '../tui/samples.ts'

export interface TuiDaemon {
  address: string
  /** How often it was asked how it does. */
  readonly looks: number
  /** Writes a line of the log, also for those who follow it later. */
  log(message: string): void
  flood(options: { linesPerSecond: number; seconds: number }): Flood
}

interface Flood {
  isOver(): boolean
  /** Resolves when so many more lines have been written. */
  more(lines: number): Promise<void>
}

/** Something that answers as a daemon with one model does, and says what it is told to. It ends with the test. */
export async function openTuiDaemon({ name }: { name: string }): Promise<TuiDaemon> {
  const followers = new Set<ServerResponse>()
  let looks = 0
  let said = ''
  const answers: Record<string, unknown> = {
    '/llmd/v1/status': sampleStatus,
    '/llmd/v1/models': { data: [{ ...sampleLocal, name }] },
  }
  const daemon = await openFakeDaemon({
    answer(request, response) {
      const path = request.url?.split('?')[0] ?? ''
      if (path.endsWith('/events') || path.endsWith('/logs')) {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write('data: {"type":"opened","id":0,"time":"2026-01-31T12:00:00.000Z"}\n\n')
        if (path.endsWith('/logs')) {
          followers.add(response)
          response.write(said)
        }
        response.once('close', () => followers.delete(response))
        return
      }
      if (path.endsWith('/status')) looks += 1
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answers[path] ?? { data: [] }))
    },
  })
  onTestFinished(() => daemon[Symbol.asyncDispose]())
  const write = (text: string) => {
    for (const follower of followers) follower.write(text)
  }
  return {
    address: daemon.address,
    get looks() {
      return looks
    },
    log(message) {
      said += line(message)
      write(line(message))
    },
    flood({ linesPerSecond, seconds }) {
      const end = Date.now() + seconds * 1000
      const perTurn = linesPerSecond / 100
      let count = 0
      const timer = setInterval(() => {
        if (Date.now() > end) return clearInterval(timer)
        const lines = Array.from({ length: perTurn }, (_, index) => line(`request ${count + index}`))
        count += perTurn
        write(lines.join(''))
      }, 10)
      onTestFinished(() => clearInterval(timer))
      return {
        isOver: () => Date.now() > end,
        async more(lines) {
          const enough = count + lines
          await vi.waitFor(() => expect(count >= enough || Date.now() > end).toBe(true), {
            timeout: 10_000,
            interval: 10,
          })
        },
      }
    },
  }
}

function line(message: string): string {
  const entry = {
    time: new Date().toISOString(),
    level: 'info',
    message,
    method: 'POST',
    path: '/v1/chat/completions',
    status: 200,
    model: 'm',
    ms: 12,
    request_id: 'req_30d846ac6e0fc7104600bdb2',
  }
  return `data: ${JSON.stringify({ type: 'line', entry })}\n\n`
}
