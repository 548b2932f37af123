import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { hideTokenKeys } from '../../src/access/token-key.ts'
import { createLog } from '../../src/log.ts'
import { createCapture } from '../../src/logs/create-capture.ts'
import { temporaryFolder } from '../temporary-folder.ts'

function open({ path = join(temporaryFolder(), 'captured.jsonl'), now = Date.now } = {}) {
  const logged: Record<string, unknown>[] = []
  const capture = createCapture({
    file: { path, maxBytes: 10_000_000, keepFiles: 2, keepDays: 14, now },
    hideKeys: hideTokenKeys,
    log: createLog({ level: 'debug', write: (line) => logged.push(JSON.parse(line)) }),
  })
  onTestFinished(() => capture[Symbol.dispose]())
  const ask = (body: string, { model = 'small' } = {}) =>
    capture.begin({ id: 'req_1', model, path: '/v1/x', token: 'tok_1', body: Buffer.from(body) })
  return { path, capture, logged, ask }
}

const outcome = { status: 200, code: null, ms: 7 }

describe('a capture', () => {
  it('writes prompt and answer of a request to a file of its owner alone', () => {
    const { path, capture, ask } = open()
    expect(ask('before')).toBeUndefined()
    const { until, ...rest } = capture.start({ seconds: 60 })
    expect(rest).toEqual({ model: null, file: path })
    expect(capture.active).toEqual({ until, ...rest })
    const captured = ask('{"prompt":"hé"}')
    const bytes = Buffer.from('déjà')
    // In the middle of a character.
    captured?.add(bytes.subarray(0, 2))
    captured?.add(bytes.subarray(2))
    captured?.end(outcome)
    capture.stop()
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      time: expect.stringMatching(/Z$/),
      request_id: 'req_1',
      model: 'small',
      path: '/v1/x',
      token: 'tok_1',
      ...outcome,
      request: '{"prompt":"hé"}',
      request_bytes: 16,
      answer: 'déjà',
      answer_bytes: 6,
    })
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('takes 64 KB of each, without half a character, and no keys', () => {
    const { path, capture, ask } = open()
    capture.start({ seconds: 60 })
    const captured = ask(`${'a'.repeat(65_535)}é${'b'.repeat(1000)}`)
    const key = `sk-llmd-v1-${'k'.repeat(43)}-abcdef`
    captured?.add(Buffer.from(`it is ${key}.`))
    for (let n = 0; n < 100; n += 1) captured?.add(Buffer.alloc(10_000, 'c'))
    captured?.end(outcome)
    capture.stop()
    const record = JSON.parse(readFileSync(path, 'utf8'))
    expect(record.request).toBe('a'.repeat(65_535))
    expect(record.request_bytes).toBe(66_537)
    expect(record.answer).toMatch(/^it is sk-llmd-v1-\*+\.c+$/)
    expect(record.answer_bytes).toBeGreaterThan(1_000_000)
    expect(record.answer.length).toBeLessThanOrEqual(65_536)
  })

  it('is of one model, if that is wanted', () => {
    const { capture, ask } = open()
    capture.start({ seconds: 60, model: 'large' })
    expect(ask('x')).toBeUndefined()
    expect(ask('x', { model: 'large' })).toBeDefined()
  })

  it('goes off by itself, says so, and writes nothing after that', async () => {
    let now = Date.now()
    const { path, capture, logged, ask } = open({ now: () => now })
    capture.start({ seconds: 60 })
    const open1 = ask('x')
    now += 60_000
    open1?.end(outcome)
    expect(ask('y')).toBeUndefined()
    expect(capture.active).toBeNull()
    expect(existsSync(path)).toBe(false)
    expect(logged).toMatchObject([
      { level: 'warn', message: 'prompts and answers are captured', file: path },
      { level: 'warn', message: 'prompts and answers are captured no more' },
    ])
    capture.start({ seconds: 1 })
    now = Number.MIN_SAFE_INTEGER
    await vi.waitFor(() => expect(capture.active).toBeNull(), { timeout: 10_000, interval: 20 })
  })

  it('that is replaced does not get what was asked before', () => {
    const { path, capture, ask } = open()
    capture.start({ seconds: 60 })
    const asked = ask('x')
    capture.start({ seconds: 60 })
    asked?.end(outcome)
    capture.stop()
    expect(existsSync(path)).toBe(false)
  })

  it('of long ago is removed at the next start', () => {
    const path = join(temporaryFolder(), 'captured.jsonl')
    const former = path.replace('.jsonl', '.2020-01-01T00-00-00.000Z.jsonl')
    writeFileSync(former, '')
    writeFileSync(path, '')
    open({ path })
    expect([existsSync(path), existsSync(former)]).toEqual([true, false])
    utimesSync(path, 1, 1)
    open({ path })
    expect(existsSync(path)).toBe(false)
  })
})
