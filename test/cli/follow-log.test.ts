import { describe, expect, it } from 'vitest'
import type { LogItem } from '../../src/api/logs.ts'
import { followLog } from '../../src/cli/follow-log.ts'
import { readLog } from '../../src/cli/read-log.ts'
import type { Connection } from '../../src/client/connect.ts'
import type { Client } from '../../src/client/create-client.ts'
import { LlmdError } from '../../src/errors.ts'

const line = (message: string, second = 0): LogItem => ({
  type: 'line',
  entry: { time: `2026-01-31T12:00:0${second}.000Z`, level: 'info', message },
})

const gone = () => new LlmdError('daemon_unreachable', 'Gone.')

const refuse = () => Promise.reject(gone())

/** Daemons that follow one another: each tells its items and ends, or cannot be reached. */
function daemons(runs: (LogItem[] | Error)[]) {
  const asked: object[] = []
  const controller = new AbortController()
  const connect = async (): Promise<Connection> => {
    const run = runs.shift()
    if (run instanceof Error) throw run
    const client: Pick<Client, 'logs'> = {
      async *logs(options = {}) {
        const { level, since, follow } = options
        asked.push({ level, since, follow })
        yield { type: 'opened' }
        yield* run ?? []
        if (!run) controller.abort(new Error('enough'))
        controller.signal.throwIfAborted()
      },
    }
    return { client: client as Client, mode: 'socket', async [Symbol.asyncDispose]() {} }
  }
  return { asked, connect, signal: controller.signal }
}

const stored = async function* () {
  yield { time: '2026-01-31T12:00:00.000Z', level: 'info' as const, message: 'stored' }
}

async function followAll(runs: (LogItem[] | Error)[], options: { stored?: typeof stored } = {}) {
  const { asked, ...source } = daemons(runs)
  const notes: string[] = []
  const told: string[] = []
  const note = (text: string) => void notes.push(text)
  const items = followLog({ ...source, ...options, filter: { level: 'info' }, note })
  const consume = async () => {
    for await (const item of items) {
      told.push(item.type === 'line' ? item.entry.message : `dropped ${item.count}`)
    }
  }
  await expect(consume()).rejects.toThrow('enough')
  return { asked, notes, told }
}

describe('following the log', () => {
  it('goes on with the next daemon where it was, and says so', async () => {
    const { asked, notes, told } = await followAll([
      [line('a'), line('b', 1), line('c', 1)],
      gone(),
      gone(),
      [line('b', 1), line('c', 1), line('d', 1), line('e', 2), { type: 'dropped', count: 3 }],
    ])
    expect(told).toEqual(['a', 'b', 'c', 'd', 'e', 'dropped 3'])
    expect(asked.slice(0, 2)).toEqual([
      { level: 'info', follow: true, since: undefined },
      { level: 'info', follow: true, since: '2026-01-31T12:00:01.000Z' },
    ])
    expect(notes.slice(0, 2)).toEqual([expect.stringContaining('has ended'), 'The daemon is there.'])
  })

  it('begins with the files where no daemon runs', async () => {
    const { notes, told } = await followAll([gone(), [line('stored'), line('a', 1)]], { stored })
    expect(told).toEqual(['stored', 'a'])
    expect(notes[0]).toContain('No daemon can be reached.')
  })

  it('ends with an error that a daemon answers', async () => {
    const { connect, signal } = daemons([new LlmdError('invalid_api_key', 'No.')])
    const items = followLog({ filter: {}, signal, connect, note: () => {} })
    await expect(Array.fromAsync(items)).rejects.toMatchObject({ code: 'invalid_api_key' })
  })
})

describe('reading the log', () => {
  it('reads the files where no daemon runs here, and fails where none runs elsewhere', async () => {
    const { signal } = daemons([])
    expect(await Array.fromAsync(readLog({ filter: {}, signal, connect: refuse, stored }))).toHaveLength(1)
    await expect(Array.fromAsync(readLog({ filter: {}, signal, connect: refuse }))).rejects.toMatchObject({
      code: 'daemon_unreachable',
    })
  })
})
