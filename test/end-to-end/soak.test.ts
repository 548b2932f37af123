import { readdirSync, readFileSync } from 'node:fs'
import OpenAI, { APIUserAbortError, APIError } from 'openai'
import { expect, test, vi } from 'vitest'
import { seededRandom } from '../../src/inference/engine/seeded-random.ts'
import { scriptedModel } from '../fixtures/models.ts'
import { createLlmd, readUntil } from './llmd.ts'

/** `npm run test:soak` makes it 2,000. */
const total = Number(process.env['LLMD_SOAK_REQUESTS'] ?? 100)
const atOnce = 8
/** Descriptors and memory are compared with those after the first part, when all caches are warm. */
const warm = Math.floor(total / 3)

const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'Get the current weather for a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}
const person = {
  type: 'json_schema' as const,
  json_schema: {
    name: 'person',
    schema: {
      type: 'object',
      properties: { name: { type: 'string', maxLength: 20 }, age: { type: 'integer' } },
      required: ['name', 'age'],
      additionalProperties: false,
    },
  },
}

function user(content: string) {
  return [{ role: 'user' as const, content }]
}

const asks: Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'model'>[] = [
  { messages: user('What is llmd?'), temperature: 0 },
  { messages: user('Tell me about tokens'), temperature: 1, n: 2, max_tokens: 30 },
  { messages: user('What is the weather in Paris?'), tools: [weather], max_tokens: 60 },
  {
    messages: user('Extract name and age as JSON: Bob is 42 years old'),
    response_format: person,
    max_tokens: 60,
  },
  { messages: user('hi '.repeat(300)), max_tokens: 5, stop: ['zebra'] },
  { messages: user('Hello!'), logprobs: true, top_logprobs: 3, max_tokens: 10 },
]

test('mixed requests, aborts and switches of models leave nothing behind', { timeout: 900_000 }, async () => {
  using scripted = scriptedModel()
  const llmd = createLlmd()
  const daemon = llmd.spawn(['serve', '--port', '0'])
  daemon.stderr.resume()
  const greeting = await readUntil(daemon, '"content"')
  const pid = daemon.pid ?? 0
  const openai = new OpenAI({
    baseURL: `${/http:\/\/[\d.]+:\d+/.exec(greeting)?.[0]}/v1`,
    apiKey: /sk-llmd-v1-[\w-]+/.exec(greeting)?.[0] ?? '',
    maxRetries: 0,
  })
  await llmd.run(['models', 'add', 'scripted', scripted.path])

  const random = seededRandom(1)
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)]!
  const outcomes = { whole: 0, streamed: 0, aborted: 0, refused: 0 }

  async function one() {
    const model = pick(['llmd-demo', 'llmd-demo', 'scripted'])
    const loops = model === 'scripted' && random() < 0.3
    const ask = { ...(loops ? { messages: user('loop') } : pick(asks)), model }
    const aborting = loops || random() < 0.25
    const controller = new AbortController()
    const options = { signal: controller.signal }
    try {
      if (random() < 0.5 && !aborting) {
        await openai.chat.completions.create(ask, options)
        outcomes.whole += 1
        return
      }
      const stream = await openai.chat.completions.create({ ...ask, stream: true }, options)
      const chunks = stream[Symbol.asyncIterator]()
      let left = aborting ? Math.floor(random() * 5) : Infinity
      while (!(await chunks.next()).done) if (left-- <= 0) controller.abort()
      outcomes[aborting ? 'aborted' : 'streamed'] += 1
    } catch (error) {
      if (error instanceof APIUserAbortError) outcomes.aborted += 1
      // The load of the moment: what llmd may say when its slots or its memory are taken.
      else if (error instanceof APIError && error.status === 503) outcomes.refused += 1
      else throw error
    }
  }

  async function run(count: number) {
    let started = 0
    const worker = async () => {
      while (started++ < count) {
        await one()
        if (random() < 0.02) await llmd.run(['models', 'unload', pick(['llmd-demo', 'scripted'])])
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    await vi.waitFor(
      async () => {
        const status = JSON.parse((await llmd.run(['status', '--json'])).stdout)
        expect(status.requests).toMatchObject({ active: 0, queued: 0 })
      },
      { timeout: 10_000, interval: 100 },
    )
  }

  await run(warm)
  const before = { descriptors: descriptors(pid), memory: memoryOf(pid) }
  await run(total - warm)

  const { data } = JSON.parse((await llmd.run(['models', 'list', '--json'])).stdout)
  for (const { engine } of data) expect(engine?.slots_busy ?? 0).toBe(0)
  // One for each loaded model, and one that waits for the next.
  const loaded = data.filter((model: { engine: object | null }) => model.engine).length
  expect(childrenOf(pid).length).toBeLessThanOrEqual(loaded + 1)
  expect(descriptors(pid)).toBeLessThanOrEqual(before.descriptors + 10)
  expect(memoryOf(pid)).toBeLessThanOrEqual(before.memory + 64 * 1024 * 1024)
  const { whole, streamed, aborted, refused } = outcomes
  expect(whole + streamed + aborted + refused).toBe(total)
  expect(refused).toBeLessThan(total / 10)
  const after = { descriptors: descriptors(pid), memory: memoryOf(pid) }
  process.stdout.write(`soak: ${JSON.stringify({ total, ...outcomes, before, after })}\n`)
})

function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** Resident memory in bytes. */
function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

function childrenOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
}
