import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import OpenAI, { AuthenticationError, BadRequestError, NotFoundError } from 'openai'
import { Agent, fetch as undiciFetch } from 'undici'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openRequestListSchema } from '../../src/api/requests.ts'
import { malformedFiles, wellFormedButUnservable } from '../fixtures/gguf/malformed-files.ts'
import { scriptText } from '../fixtures/gguf/scripts.ts'
import { scriptedModel, type TemporaryModel } from '../fixtures/models.ts'
import { createLlmd, readUntil, type Llmd } from './llmd.ts'

interface Served {
  llmd: Llmd
  url: string
  socket: string
  key: string
  pid: number
}

const opened = new DisposableStack()
/** Of all tests; besides its own model it has `scripted`. */
let daemon: Served
let scripted: TemporaryModel

beforeAll(async () => {
  daemon = await serve(createLlmd((end) => opened.defer(end)))
  scripted = opened.use(scriptedModel())
  await admin('POST', '/models', { name: 'scripted', source: scripted.path })
})
afterAll(() => opened.dispose())

async function serve(llmd: Llmd): Promise<Served> {
  const child = llmd.spawn(['serve', '--port', '0'])
  const greeting = await readUntil(child, '"content"')
  return {
    llmd,
    url: /http:\/\/[\d.]+:\d+/.exec(greeting)?.[0] ?? '',
    socket: join(llmd.home, 'run/llmd.sock'),
    key: /sk-llmd-v1-[\w-]+/.exec(greeting)?.[0] ?? '',
    pid: child.pid ?? 0,
  }
}

/** The official client on either listener; without retries, so that each failure is seen. */
function client(via: 'tcp' | 'socket', apiKey = daemon.key): OpenAI {
  const options = { apiKey, maxRetries: 0 }
  if (via === 'tcp') return new OpenAI({ ...options, baseURL: `${daemon.url}/v1` })
  const dispatcher = new Agent({ connect: { socketPath: daemon.socket } })
  onTestFinished(() => dispatcher.close())
  return new OpenAI({
    ...options,
    baseURL: 'http://localhost/v1',
    // The fetch of the package and the one of Node differ in their types alone.
    fetch: ((url: string, init: object) =>
      undiciFetch(url, { ...init, dispatcher })) as unknown as typeof fetch,
  })
}

/** What these tests read of the admin API's answers. */
interface AdminAnswer {
  pid?: number
  engine?: { pid: number }
  error?: { code: string }
}

async function admin(method: string, path: string, body?: object) {
  const dispatcher = new Agent({ connect: { socketPath: daemon.socket } })
  const response = await undiciFetch(`http://localhost/llmd/v1${path}`, {
    method,
    dispatcher,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const answer = (await response.json()) as AdminAnswer
  await dispatcher.close()
  return { status: response.status, answer }
}

async function enginePid(name: string): Promise<number> {
  return (await admin('GET', `/models/${name}`)).answer.engine?.pid ?? 0
}

function user(content: string) {
  return { role: 'user' as const, content }
}

const hello = { model: 'llmd-demo', temperature: 0, messages: [user('Hello!')] }

describe.for(['tcp', 'socket'] as const)('the official SDK over %s', (via) => {
  test('answers, whole and streamed, with the same text and usage', async () => {
    const openai = client(via)
    const whole = await openai.chat.completions.create(hello)
    expect(whole.choices[0]?.message.content).toMatch(/llmd demo/)
    expect(whole.usage?.total_tokens).toBe(
      (whole.usage?.prompt_tokens ?? 0) + (whole.usage?.completion_tokens ?? 0),
    )

    const stream = await openai.chat.completions.create({
      ...hello,
      stream: true,
      stream_options: { include_usage: true },
    })
    let text = ''
    let usage: OpenAI.CompletionUsage | null | undefined
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      usage = chunk.usage ?? usage
    }
    expect(text).toBe(whole.choices[0]?.message.content)
    expect(usage).toMatchObject({
      prompt_tokens: whole.usage?.prompt_tokens,
      completion_tokens: whole.usage?.completion_tokens,
    })
  })

  test('tells its errors as the classes that clients catch', async () => {
    const wrongKey = client(
      via,
      daemon.key.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    )
    await expect(wrongKey.chat.completions.create(hello)).rejects.toBeInstanceOf(AuthenticationError)

    const openai = client(via)
    const unknown = openai.chat.completions.create({ ...hello, model: 'nobody/nothing' })
    await expect(unknown).rejects.toBeInstanceOf(NotFoundError)
    await expect(unknown).rejects.toMatchObject({ code: 'model_not_found' })

    const hot = openai.chat.completions.create({ ...hello, temperature: 3 })
    await expect(hot).rejects.toBeInstanceOf(BadRequestError)
    await expect(hot).rejects.toMatchObject({ param: 'temperature' })
  })
})

test('models are listed, and found by ids with slashes', async () => {
  const added = await admin('POST', '/models', { name: 'team/scripted:tiny', source: scripted.path })
  expect(added.status).toBe(201)
  const openai = client('tcp')
  const ids = (await Array.fromAsync(await openai.models.list())).map(({ id }) => id)
  expect(ids).toEqual(['llmd-demo', 'scripted', 'team/scripted:tiny'])
  expect(await openai.models.retrieve('team/scripted:tiny')).toMatchObject({ id: 'team/scripted:tiny' })
  const raw = await fetch(`${daemon.url}/v1/models/team/scripted:tiny`, {
    headers: { authorization: `Bearer ${daemon.key}` },
  })
  expect(await raw.json()).toMatchObject({ id: 'team/scripted:tiny', object: 'model' })
})

test('characters split over tokens arrive whole, and the counts are the tokenizer’s', async () => {
  const request = {
    model: 'scripted',
    temperature: 0,
    messages: [user('coffee')],
  }
  const openai = client('tcp')
  const whole = await openai.chat.completions.create(request)
  expect(whole.choices[0]?.message.content).toBe(scriptText('coffee'))
  const pieces: string[] = []
  for await (const chunk of await openai.chat.completions.create({ ...request, stream: true })) {
    pieces.push(chunk.choices[0]?.delta.content ?? '')
  }
  expect(pieces.join('')).toBe(scriptText('coffee'))
  expect(pieces.join('')).not.toContain('\uFFFD')
})

test('a killed engine costs its requests one error; the daemon and the next request go on', async () => {
  const openai = client('tcp')
  const stream = await openai.chat.completions.create({
    model: 'scripted',
    temperature: 0,
    stream: true,
    messages: [user('loop')],
  })
  const pid = await enginePid('scripted')
  let killedAt = 0
  const read = (async () => {
    for await (const chunk of stream) {
      if (killedAt === 0 && chunk.choices[0]?.delta.content) {
        process.kill(pid, 'SIGKILL')
        killedAt = performance.now()
      }
    }
  })()
  await expect(read).rejects.toMatchObject({ code: 'engine_failed' })
  expect(performance.now() - killedAt).toBeLessThan(1000)

  const again = performance.now()
  const answer = await openai.chat.completions.create({
    model: 'scripted',
    temperature: 0,
    messages: [user('hi')],
  })
  expect(answer.choices[0]?.message.content).toBe(scriptText('greeting'))
  expect(performance.now() - again).toBeLessThan(3000)
  expect(await enginePid('scripted')).not.toBe(pid)
  expect((await admin('GET', '/status')).answer.pid).toBe(daemon.pid)
})

test('an operator sees an open request and cancels it; its client is told', async () => {
  const stream = await client('tcp').chat.completions.create({
    model: 'scripted',
    temperature: 0,
    stream: true,
    // One answer would be through its context before two commands have run.
    n: 16,
    messages: [user('loop')],
  })
  const read = (async () => {
    for await (const chunk of stream) expect(chunk.model).toBe('scripted')
  })().catch((error: unknown) => error)
  const { data } = JSON.parse((await daemon.llmd.run(['requests', '--json'])).stdout)
  expect(openRequestListSchema.parse({ data }).data).toMatchObject([
    { model: 'scripted', path: '/v1/chat/completions', token: expect.any(String) },
  ])
  expect(await daemon.llmd.run(['requests', 'cancel', data[0].id])).toMatchObject({ code: 0 })
  expect(await read).toMatchObject({ code: 'request_cancelled' })
  expect(JSON.parse((await daemon.llmd.run(['requests', '--json'])).stdout)).toEqual({ data: [] })
  expect(await daemon.llmd.run(['requests', 'cancel', data[0].id])).toMatchObject({ code: 5 })
})

test('a killed daemon leaves nothing in the way, and no engine behind', async () => {
  const { llmd, pid } = await serve(createLlmd())
  expect(await llmd.run(['run', 'llmd-demo', 'Hello!'])).toMatchObject({ code: 0 })
  const { engine } = JSON.parse((await llmd.run(['models', 'show', 'llmd-demo', '--json'])).stdout)
  expect(isRunning(engine.pid)).toBe(true)
  process.kill(pid, 'SIGKILL')
  await vi.waitFor(() => expect(isRunning(engine.pid)).toBe(false), { timeout: 2000, interval: 20 })
  const started = await llmd.run(['start', '--port', '0', '--json'])
  expect(started).toMatchObject({ code: 0 })
  expect(JSON.parse(started.stdout)).toMatchObject({ started: true })
  expect(await llmd.run(['run', 'llmd-demo', 'Hello!'])).toMatchObject({ code: 0 })
})

/** Some that are refused for what their header says, and all whose header is sound. */
const malformed = new Set(['web page', 'truncated at 90 %', 'arrays in arrays', ...wellFormedButUnservable])

test(
  'malformed files are refused with a typed error, and the daemon lives',
  { timeout: 120_000 },
  async () => {
    const good = readFileSync(scripted.path)
    for (const file of malformedFiles.filter(({ name }) => malformed.has(name))) {
      const { name } = file
      const path = join(daemon.llmd.home, 'file.gguf')
      writeFileSync(path, file.make(good))
      const started = performance.now()
      const { status, answer } = await admin('POST', '/models', { name: 'broken', source: path })
      if (status === 201) {
        // Its header is sound: what is wrong with it shows when llama.cpp loads it.
        const loaded = await admin('POST', '/models/broken/load')
        expect.soft(loaded.answer.error?.code ?? 'ready', name).toMatch(/model_load_failed|ready/)
        await admin('DELETE', '/models/broken')
      } else {
        expect.soft(answer.error, name).toMatchObject({ code: 'model_file_invalid' })
      }
      expect.soft(performance.now() - started, name).toBeLessThan(10_000)
    }
    expect((await admin('GET', '/status')).answer.pid).toBe(daemon.pid)
    expect(readdirSync(join(daemon.llmd.home, 'data'))).toContain('state.db')
  },
)

function isRunning(pid: number): boolean {
  try {
    // A zombie waits for whoever adopted it; it runs no more.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
