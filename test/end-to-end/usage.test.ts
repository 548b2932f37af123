import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { requestStorySchema, type RequestStory } from '../../src/api/requests.ts'
import { usageSchema } from '../../src/api/usage.ts'
import { seededRandom } from '../../src/inference/engine/seeded-random.ts'
import { startFaultServer } from '../fixtures/fault-server.ts'
import { writeBertModel } from '../fixtures/gguf/write-bert-model.ts'
import { scriptedModel } from '../fixtures/models.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { createLlmd, readUntil, type Llmd } from './llmd.ts'

/** `npm run test:soak` makes it 2,000. */
const total = Number(process.env['LLMD_SOAK_REQUESTS'] ?? 120)
const atOnce = 8
const patience = { timeout: 10_000, interval: 50 }

interface WireUsage {
  prompt_tokens: number
  completion_tokens?: number
  prompt_tokens_details?: { cached_tokens?: number }
  completion_tokens_details?: { reasoning_tokens?: number }
}

/** What a client knows of its request. */
interface Seen {
  id: string
  usage: WireUsage | null
  /** How many pieces of text came. */
  pieces: number
  aborted: boolean
}

/** It may be gone already. */
function kill(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(pid, signal)
  } catch {}
}

async function serve(llmd: Llmd) {
  const daemon = llmd.spawn(['serve', '--port', '0'])
  daemon.stderr.resume()
  const greeting = await readUntil(daemon, 'http://127.0.0.1:')
  return { pid: daemon.pid ?? 0, url: /http:\/\/[\d.]+:\d+/.exec(greeting)?.[0] ?? '' }
}

async function ask(
  url: string,
  {
    path,
    key,
    body,
    abortAfter = Infinity,
    onFirst = () => {},
  }: { path: string; key: string; body: object; abortAfter?: number; onFirst?: () => void },
): Promise<Seen> {
  const abort = new AbortController()
  const response = await fetch(`${url}/v1${path}`, {
    method: 'POST',
    signal: abort.signal,
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  })
  const seen: Seen = {
    id: response.headers.get('x-request-id') ?? '',
    usage: null,
    pieces: 0,
    aborted: false,
  }
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  if (!isStream) {
    const answer = (await response.json().catch(() => ({}))) as { usage?: WireUsage }
    return { ...seen, usage: answer.usage ?? null }
  }
  try {
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString()
      const events = text.split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) {
        const data = /^data: (\{.*)$/m.exec(event)?.[1]
        const parsed = JSON.parse(data ?? '{}')
        seen.usage = parsed.usage ?? seen.usage
        if (!parsed.choices?.some(hasText)) continue
        if (seen.pieces === 0) onFirst()
        seen.pieces += 1
      }
      if (seen.pieces > abortAfter) abort.abort()
    }
  } catch {
    seen.aborted = abort.signal.aborted
  }
  return seen
}

function hasText({
  text,
  delta,
}: {
  text?: string
  delta?: { content?: string; reasoning_content?: string }
}) {
  return Boolean(text ?? delta?.content ?? delta?.reasoning_content)
}

async function json(llmd: Llmd, args: string[]) {
  const { stdout, stderr, code } = await llmd.run([...args, '--json'])
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

async function story(llmd: Llmd, id: string): Promise<RequestStory> {
  return requestStorySchema.parse(await json(llmd, ['requests', 'show', id]))
}

async function addToken(llmd: Llmd, name: string, scopes: string[] = []): Promise<string> {
  const { stdout } = await llmd.run(['tokens', 'create', name, '--print-token', ...scopes])
  return stdout.trim()
}

async function addProvider(llmd: Llmd, baseUrl: string, models: string[]) {
  const flags = models.flatMap((model) => ['--model', model])
  const add = ['providers', 'add', 'lab', '--base-url', baseUrl, '--no-verify', ...flags]
  expect(await llmd.run(add)).toMatchObject({ code: 0 })
}

function sumOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

const content = (text: string) => [{ role: 'user', content: text }]

test(
  'what is counted is what clients saw, and of what they gave up what was made',
  { timeout: 900_000 },
  async () => {
    using scripted = scriptedModel()
    const vectors = `${temporaryFolder()}/vectors.gguf`
    writeBertModel(vectors, { purpose: 'embed' })
    await using upstream = await startFaultServer({ paceMs: 0 })
    const llmd = createLlmd()
    const { url } = await serve(llmd)
    const key = await addToken(llmd, 'client')
    const admin = await addToken(llmd, 'admin', ['--scope', 'admin'])
    await llmd.run(['models', 'add', 'scripted', scripted.path])
    await llmd.run(['models', 'add', 'vectors', vectors])
    await addProvider(llmd, upstream.baseUrl, ['good', 'drip', 'reset-midway', 'status-400', 'status-503'])
    const route = ['models', 'add', 'routed', '--target', 'status-503', '--target', 'scripted']
    expect(await llmd.run(route)).toMatchObject({ code: 0 })

    const random = seededRandom(7)
    const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)]!
    const stream = { stream: true, stream_options: { include_usage: true } }
    const one = () => {
      const told = random() < 0.5 ? stream : {}
      const chat = pick([
        {
          model: pick(['scripted', 'routed']),
          messages: content(pick(['hello', 'think', 'weather'])),
          n: pick([1, 3]),
        },
        { model: pick(['good', 'drip', 'reset-midway', 'status-400']), messages: content('hello') },
      ])
      return pick([
        { path: '/chat/completions', body: { ...chat, ...told } },
        { path: '/chat/completions', body: { ...chat, ...stream }, abortAfter: pick([0, 1, 3]) },
        {
          path: '/chat/completions',
          body: { model: 'scripted', messages: content('loop'), n: pick([1, 2]), ...stream },
          abortAfter: pick([0, 2, 5]),
        },
        {
          path: '/completions',
          body: { model: 'scripted', prompt: ['hello', 'json', 'loop'], max_tokens: 5, ...told },
        },
        { path: '/embeddings', body: { model: pick(['vectors', 'good']), input: ['hello', 'a b c'] } },
      ])
    }
    const seen: Seen[] = []
    let started = 0
    const worker = async () => {
      while (started++ < total) seen.push(await ask(url, { ...one(), key }))
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    expect(new Set(seen.map(({ id }) => id)).size).toBe(total)

    const get = async (path: string) => {
      const response = await fetch(`${url}/llmd/v1${path}`, { headers: { authorization: `Bearer ${admin}` } })
      return response.json()
    }
    await vi.waitFor(async () => expect(await get('/requests')).toEqual({ data: [] }), patience)
    const stories = new Map<string, RequestStory>()
    for (const { id } of seen) stories.set(id, requestStorySchema.parse(await get(`/requests/${id}`)))

    let unsaid = 0
    for (const { id, usage, pieces, aborted } of seen) {
      const used = stories.get(id)?.usage
      const isLocal = stories.get(id)?.provider === null
      if (usage) {
        expect(used).toEqual({
          prompt_tokens: usage.prompt_tokens,
          completion_tokens: usage.completion_tokens ?? 0,
          cached_tokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
          reasoning_tokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
        })
      } else if (isLocal && aborted) {
        unsaid += 1
        expect(used?.completion_tokens).toBeGreaterThanOrEqual(pieces)
        expect(used?.prompt_tokens).toBeGreaterThan(0)
      }
    }
    expect(unsaid).toBeGreaterThan(total / 20)

    const { totals } = usageSchema.parse(await json(llmd, ['usage', '--of-token', 'client']))
    const usages = [...stories.values()].flatMap(({ usage }) => usage ?? [])
    expect(totals).toMatchObject({
      requests: total,
      prompt_tokens: sumOf(usages.map((usage) => usage.prompt_tokens)),
      cached_tokens: sumOf(usages.map((usage) => usage.cached_tokens)),
      completion_tokens: sumOf(usages.map((usage) => usage.completion_tokens)),
      reasoning_tokens: sumOf(usages.map((usage) => usage.reasoning_tokens)),
    })
    const byProvider = usageSchema.parse(await json(llmd, ['usage', '--by', 'provider'])).data
    expect(sumOf(byProvider.map(({ requests }) => requests))).toBe(total)
  },
)

test(
  'a daemon that is killed has counted all but the last second, and nothing twice',
  { timeout: 120_000 },
  async () => {
    await using upstream = await startFaultServer()
    const llmd = createLlmd()
    const { pid, url } = await serve(llmd)
    const key = await addToken(llmd, 'client')
    await addProvider(llmd, upstream.baseUrl, ['good'])

    const answered: { id: string; at: number }[] = []
    let asked = 0
    const began = performance.now()
    const worker = async () => {
      for (;;) {
        asked += 1
        const { id, usage } = await ask(url, {
          path: '/completions',
          key,
          body: { model: 'good', prompt: 'hi' },
        })
        if (!usage) return
        answered.push({ id, at: performance.now() })
        if (performance.now() - began > 1500) kill(pid, 'SIGKILL')
      }
    }
    await Promise.allSettled(Array.from({ length: 4 }, worker))
    const killedAt = answered.at(-1)?.at ?? 0

    await serve(llmd)
    const { totals } = usageSchema.parse(await json(llmd, ['usage']))
    const certain = answered.filter(({ at }) => at < killedAt - 1000)
    expect(certain.length).toBeGreaterThan(10)
    expect(totals.requests).toBeGreaterThanOrEqual(certain.length)
    expect(totals.requests).toBeLessThanOrEqual(asked)
    expect(totals.prompt_tokens).toBe(totals.requests * 11)
    expect(totals.completion_tokens).toBe(totals.requests * 5)
    expect(await story(llmd, certain[0]!.id)).toMatchObject({ provider: 'lab', status: 200, attempts: null })
  },
)

test('a daemon that is told to end has counted all, and what it cut short', { timeout: 60_000 }, async () => {
  using scripted = scriptedModel()
  const llmd = createLlmd()
  mkdirSync(join(llmd.home, 'config'))
  writeFileSync(join(llmd.home, 'config/config.json'), '{"server":{"drainSeconds":0}}')
  const { url, pid } = await serve(llmd)
  const key = await addToken(llmd, 'client')
  await llmd.run(['models', 'add', 'scripted', scripted.path])
  const chat = { path: '/chat/completions', key }
  const { usage } = await ask(url, { ...chat, body: { model: 'scripted', messages: content('hello') } })
  const { id, pieces } = await ask(url, {
    ...chat,
    body: { model: 'scripted', messages: content('loop'), stream: true },
    onFirst: () => kill(pid, 'SIGTERM'),
  })
  // No daemon runs: the command waits for its end, and opens the record itself.
  const cut = await story(llmd, id)
  expect(cut).toMatchObject({ code: 'shutting_down', token_name: 'client' })
  expect(cut.usage?.completion_tokens).toBeGreaterThanOrEqual(pieces)
  const { totals } = usageSchema.parse(await json(llmd, ['usage', '--by', 'token']))
  expect(totals.prompt_tokens).toBe((usage?.prompt_tokens ?? 0) + (cut.usage?.prompt_tokens ?? 0))
})

test('usage is shown as a table and as comma-separated values', { timeout: 60_000 }, async () => {
  await using upstream = await startFaultServer()
  const llmd = createLlmd()
  const { url } = await serve(llmd)
  expect((await llmd.run(['usage'])).stdout).toContain('no requests')
  const key = await addToken(llmd, '=cmd|evil')
  await addProvider(llmd, upstream.baseUrl, ['good'])
  const { id } = await ask(url, { path: '/completions', key, body: { model: 'good', prompt: 'hi' } })
  await llmd.run(['tokens', 'revoke', '=cmd|evil', '--yes'])

  const { stdout } = await llmd.run(['usage', '--by', 'token'])
  expect(stdout).toMatch(/^TOKEN +REQS +PROMPT +CACHED +OUTPUT +THINK +FIRST +TIME$/m)
  expect(stdout).toMatch(/^=cmd\|evil +1 +11 +4 +5 +2 /m)
  expect(stdout).toMatch(/^total +1 +11 /m)
  const csv = (await llmd.run(['usage', '--by', 'token', '--csv'])).stdout.split('\r\n')
  expect(csv[0]).toMatch(/^token,token_name,requests,errors,/)
  expect(csv[1]).toMatch(/^[0-9a-f-]{36},'=cmd\|evil,1,0,11,4,5,2,/)
  expect(await llmd.run(['usage', '--since', 'yesterday'])).toMatchObject({ code: 2 })
  expect(await llmd.run(['usage', '--of-token', 'nobody'])).toMatchObject({ code: 5 })
  expect((await llmd.run(['usage', '--model', 'other'])).stdout).toContain('no requests')

  const shown = (await llmd.run(['requests', 'show', id])).stdout
  expect(shown).toMatch(/^Token +=cmd\|evil$/m)
  expect(shown).toMatch(/^Answered by +good of lab$/m)
  expect(shown).toMatch(/^lab\/good +\S+ +\S+ +answered +200 +-$/m)
  expect(await llmd.run(['requests', 'show', 'req_0'])).toMatchObject({ code: 5 })
})
