import { join } from 'node:path'
import { assert, property, string } from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { LogItem, LogQuery } from '../../src/api/logs.ts'
import { createLog } from '../../src/log.ts'
import type { LogReader } from '../../src/logs/open-log-reader.ts'
import { openLogs, type Logs } from '../../src/logs/open-logs.ts'
import { temporaryFolder } from '../temporary-folder.ts'

interface Options {
  folder?: string
  recentLines?: number
  target?: 'file' | 'stderr' | 'journald'
  maxBytes?: number
}

function open({
  folder = temporaryFolder(),
  recentLines = 1000,
  target = 'file',
  maxBytes = 10_000_000,
}: Options = {}) {
  const stderr: string[] = []
  const logs = openLogs({
    target,
    writeStderr: (text) => stderr.push(text),
    file: { path: join(folder, 'llmd.log'), maxBytes, keepFiles: 100, keepDays: 14 },
    recentLines,
  })
  onTestFinished(() => logs[Symbol.dispose]())
  return { logs, log: createLog({ level: 'debug', write: logs.write }), stderr }
}

const parse = (json: string): LogItem => JSON.parse(json)

const said = (item: LogItem) => (item.type === 'line' ? item.entry.message : item.type)

function takeAll(reader: LogReader): LogItem[] {
  const items: LogItem[] = []
  for (let json = reader.take(); json !== undefined; json = reader.take()) items.push(parse(json))
  return items
}

/** Reads to the end of what is there. */
async function readAll(logs: Logs, query: LogQuery = {}): Promise<string[]> {
  using reader = logs.read(query)
  const items: LogItem[] = []
  while (!reader.done) {
    await reader.ready()
    items.push(...takeAll(reader))
  }
  expect(items[0]).toEqual({ type: 'opened' })
  return items.slice(1).map(said)
}

describe('a reader of the log', () => {
  it('gets what is in memory, and ends', async () => {
    const { logs, log } = open()
    log.info('one')
    log.warn('two')
    expect(await readAll(logs)).toEqual(['one', 'two'])
  })

  it('gets what was asked for alone', async () => {
    const { logs, log } = open()
    log.debug('a', { model: 'small', request_id: 'req_1' })
    log.warn('b', { model: 'routed', target: 'small' })
    log.error('c', { model: 'large', request_id: 'req_2' })
    log.info('d')
    expect(await readAll(logs, { level: 'warn' })).toEqual(['b', 'c'])
    expect(await readAll(logs, { model: 'small' })).toEqual(['a', 'b'])
    expect(await readAll(logs, { request: 'req_2' })).toEqual(['c'])
    expect(await readAll(logs, { level: 'warn', model: 'small' })).toEqual(['b'])
    expect(await readAll(logs, { since: '2100-01-01T00:00:00.000Z' })).toEqual([])
  })

  it('that follows gets each line as it comes, until it is disposed', async () => {
    const { logs, log } = open()
    log.info('before')
    const reader = logs.read({ follow: true, level: 'warn' })
    await reader.ready()
    expect(takeAll(reader).map(said)).toEqual(['opened'])
    const ready = reader.ready()
    log.info('not asked for')
    log.warn('after')
    await ready
    expect(takeAll(reader).map(said)).toEqual(['after'])
    const last = reader.ready()
    reader[Symbol.dispose]()
    await last
    expect(reader.done).toBe(true)
  })

  it('that is too slow is told how many lines it missed, and goes on with the next', () => {
    const { logs, log } = open({ recentLines: 1000 })
    using reader = logs.read({ follow: true })
    for (let n = 1; n <= 1500; n += 1) log.info(String(n))
    const items = takeAll(reader)
    expect(items.slice(0, 3).map(said)).toEqual(['opened', 'dropped', '501'])
    expect(items[1]).toEqual({ type: 'dropped', count: 500 })
    expect(items).toHaveLength(1002)
  })

  it('is not held up by lines that are very long: the oldest go', () => {
    const { logs, log } = open()
    using reader = logs.read({ follow: true })
    const cause = 'x'.repeat(20_000)
    for (let n = 0; n < 10; n += 1) log.error('long', { cause })
    const lengths = takeAll(reader).map((item) => JSON.stringify(item).length)
    expect(Math.max(...lengths)).toBeLessThan(5000)
  })

  it('gets of the files what memory has no more, each line once and in order', async () => {
    const { logs, log } = open({ recentLines: 1000, maxBytes: 65_536 })
    for (let n = 1; n <= 3000; n += 1) log.info(String(n))
    const expected = Array.from({ length: 3000 }, (_, index) => String(index + 1))
    expect(await readAll(logs, { since: '2020-01-01T00:00:00.000Z' })).toEqual(expected)
    expect(await readAll(logs)).toEqual(expected.slice(2000))
  })

  it('that follows gets the files, the memory, and what comes meanwhile, without a gap', async () => {
    const { logs, log } = open({ recentLines: 1000, maxBytes: 65_536 })
    let last = 0
    const write = (count: number) => {
      for (let n = 0; n < count; n += 1) log.info(String((last += 1)))
    }
    write(3000)
    using reader = logs.read({ follow: true, since: '2020-01-01T00:00:00.000Z' })
    const seen: string[] = []
    while (seen.at(-1) !== '3500') {
      await reader.ready()
      seen.push(...takeAll(reader).map(said))
      if (last < 3500) write(50)
    }
    expect(seen).toEqual(['opened', ...Array.from({ length: 3500 }, (_, index) => String(index + 1))])
  })

  it('gets what the run before wrote', async () => {
    const folder = temporaryFolder()
    const first = open({ folder })
    first.log.info('of the first run')
    first.logs[Symbol.dispose]()
    const { logs, log } = open({ folder })
    log.info('of the second')
    expect(await readAll(logs)).toEqual(['of the first run', 'of the second'])
    expect(await readAll(logs, { since: '2020-01-01T00:00:00.000Z' })).toEqual([
      'of the first run',
      'of the second',
    ])
  })
})

describe('lines', () => {
  it('are printable ASCII that says what was logged, whatever that was', () => {
    const { logs, log, stderr } = open({ target: 'stderr' })
    assert(
      property(string({ unit: 'binary' }), string({ unit: 'binary' }), (message, value) => {
        log.info(message, { value })
        logs.flush()
        const line = stderr.at(-1) ?? ''
        expect(line).toMatch(/^[ -~]+\n$/)
        expect(JSON.parse(line)).toMatchObject({ message, value })
      }),
    )
  })

  it('are written together where they go to stderr, and at once where one is an error', async () => {
    const { log, stderr } = open({ target: 'stderr' })
    log.info('a')
    log.info('b')
    expect(stderr).toEqual([])
    await vi.waitFor(() => expect(stderr).toHaveLength(1), { timeout: 10_000, interval: 20 })
    log.info('c')
    log.error('d')
    expect(stderr).toHaveLength(2)
    const messages = stderr
      .join('')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).message)
    expect(messages).toEqual(['a', 'b', 'c', 'd'])
  })

  it('go to the journal with their level', () => {
    const { log, stderr } = open({ target: 'journald' })
    log.debug('a')
    log.info('b')
    log.warn('c')
    log.error('d')
    expect(
      stderr
        .join('')
        .trim()
        .split('\n')
        .map((line) => line.slice(0, 11)),
    ).toEqual([7, 6, 4, 3].map((priority) => `<${priority}>{"time":`.slice(0, 11)))
  })

  it('that are errors are in the file at once', async () => {
    const folder = temporaryFolder()
    const { log } = open({ folder })
    log.info('a')
    log.error('b')
    const other = open({ folder })
    expect(await readAll(other.logs)).toEqual(['a', 'b'])
    log.info('c')
    await vi.waitFor(async () => expect(await readAll(open({ folder }).logs)).toEqual(['a', 'b', 'c']), {
      timeout: 10_000,
      interval: 20,
    })
  })
})
