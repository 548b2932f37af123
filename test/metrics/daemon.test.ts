import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { createdTokenSchema, type Scope } from '../../src/api/tokens.ts'
import { resolvePaths } from '../../src/config/paths.ts'
import { openDaemon } from '../../src/daemon.ts'
import { parseExposition } from '../fixtures/parse-exposition.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { startCollector } from '../traces/collector.ts'

const patience = { timeout: 10_000, interval: 20 }

/** A daemon that serves, which a collector is told of. */
async function open() {
  const home = temporaryFolder()
  const collector = await startCollector()
  const daemon = await openDaemon({
    paths: resolvePaths({ LLMD_HOME: home }),
    env: { LLMD_HOME: home, LLMD_MODELS_WARM_SPARE: 'false', LLMD_SECRETS_HOME: 'file' },
    kind: 'daemon',
    overrides: { server: { port: 0 }, telemetry: { otlpEndpoint: collector.url } },
    version: '1.2.3',
    writeLog: () => {},
  })
  const [, url = ''] = await daemon.listen({ socket: join(home, 'llmd.sock') })
  const manage = (path: string, json?: object) =>
    daemon.fetch(
      new Request(`http://localhost/llmd/v1${path}`, {
        ...(json && { method: 'POST', body: JSON.stringify(json) }),
        headers: { 'content-type': 'application/json' },
      }),
    )
  const addToken = async (name: string, scope: Scope) => {
    const made = await manage('/tokens', { name, scopes: [scope] })
    return createdTokenSchema.parse(await made.json()).key
  }
  const ask = (path: string, key: string, body?: object) =>
    fetch(`${url}${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: { authorization: `Bearer ${key}` },
    })
  return { daemon, collector, manage, addToken, ask }
}

test('a daemon tells what it does, and reading it loads nothing', { timeout: 60_000 }, async () => {
  const { daemon, collector, manage, addToken, ask } = await open()
  await using _ = daemon
  const scraper = await addToken('prometheus', 'metrics')
  const client = await addToken('laptop', 'llm-all')
  const scrape = async () => {
    const response = await ask('/metrics', scraper)
    expect(response.status).toBe(200)
    const families = parseExposition(await response.text())
    const samples = [...families.values()].flatMap((family) => family.samples)
    return { families, value: (name: string) => samples.find((sample) => sample.name === name)?.value }
  }

  const before = await scrape()
  expect(before.value('llmd_models_loaded')).toBe(0)
  expect(await (await manage('/models/llmd-demo')).json()).toMatchObject({ state: 'unloaded' })

  const prompt = 'canary prompt'
  const asked = { model: 'llmd-demo', max_tokens: 8, messages: [{ role: 'user', content: prompt }] }
  const answer = await ask('/v1/chat/completions', client, asked)
  expect(answer.status).toBe(200)
  const { usage, choices } = (await answer.json()) as {
    usage: { prompt_tokens: number; completion_tokens: number }
    choices: { message: { content: string } }[]
  }
  const after = await scrape()
  expect(after.value('llmd_models_loaded')).toBe(1)
  expect(after.value('llmd_requests_total')).toBe(1)
  expect(after.value('llmd_input_tokens_total')).toBe(usage.prompt_tokens)
  expect(after.value('llmd_output_tokens_total')).toBe(usage.completion_tokens)
  expect(after.value('llmd_model_loads_total')).toBe(1)
  expect(after.value('llmd_open_requests')).toBe(0)
  expect(after.value('llmd_engine_memory_bytes')).toBeGreaterThanOrEqual(0)

  await vi.waitFor(() => expect(collector.spans.length).toBeGreaterThan(1), patience)
  const [server, attempt] = collector.spans
  expect(server).toMatchObject({ name: 'POST /v1/chat/completions' })
  expect(server?.attributes).toMatchObject({ 'gen_ai.usage.input_tokens': usage.prompt_tokens })
  expect(attempt).toMatchObject({ name: 'chat llmd-demo', parentSpanId: server?.spanId })
  expect(collector.spans.map(({ name }) => name)).toContain('load model')
  const sent = collector.bodies.join('')
  expect(sent).not.toContain(prompt)
  const said = choices[0]?.message.content.trim() ?? ''
  if (said.length > 3) expect(sent).not.toContain(said)
})

test('docs/operations.md lists every metric, and nothing else', { timeout: 60_000 }, async () => {
  const { daemon, addToken, ask } = await open()
  await using _ = daemon
  const families = parseExposition(await (await ask('/metrics', await addToken('m', 'metrics'))).text())
  const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8')
  const rows = page.matchAll(/^\| `((?:llmd|process|nodejs)_\w+)` \| (\w+) \|/gm)
  const told = new Map(Array.from(rows, ([, name = '', type = '']) => [name, type]))
  expect(told).toEqual(new Map(Array.from(families.values(), ({ name, type }) => [name, type])))
})
