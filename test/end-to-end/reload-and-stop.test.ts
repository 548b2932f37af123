import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, vi } from 'vitest'
import { reloadedSchema } from '../../src/api/settings.ts'
import { scriptedModel } from '../fixtures/models.ts'
import { holdStreams } from './held-streams.ts'
import { createLlmd, readUntil, type Llmd } from './llmd.ts'

const patience = { timeout: 10_000, interval: 20 }

function writeSettings(llmd: Llmd, settings: object): void {
  mkdirSync(join(llmd.home, 'config'), { recursive: true })
  writeFileSync(join(llmd.home, 'config/config.json'), JSON.stringify(settings))
}

/** A daemon in the foreground, and all that it logs. */
async function serve(settings: object = {}) {
  const llmd = createLlmd()
  writeSettings(llmd, settings)
  const child = llmd.spawn(['serve', '--port', '0'])
  let log = ''
  child.stderr.on('data', (chunk) => (log += String(chunk)))
  const greeting = await readUntil(child, '"content"')
  return {
    llmd,
    child,
    url: /http:\/\/[\d.]+:\d+/.exec(greeting)?.[0] ?? '',
    key: /sk-llmd-v1-[\w-]+/.exec(greeting)?.[0] ?? '',
    log: () => log,
  }
}

const exitOf = async (child: Awaited<ReturnType<typeof serve>>['child']) => (await once(child, 'exit'))[0]

describe('a reload', () => {
  it('applies what it can while 20 streams and a loaded model go on', async () => {
    const { llmd, child, url, key, log } = await serve()
    await llmd.run(['models', 'load', 'llmd-demo'])
    const engine = await enginePid(llmd)
    const streams = await holdStreams(llmd, { url, key })
    const open = await streams.open(20)

    const settings = {
      server: { maxBodyBytes: 2048, allowedHosts: ['llm.example.org'], host: '::1' },
      models: { ttlSeconds: 60 },
      log: { level: 'debug' },
    }
    writeSettings(llmd, settings)
    const { stdout } = await llmd.run(['reload', '--json'])
    expect(reloadedSchema.parse(JSON.parse(stdout))).toEqual({
      applied: ['server.allowedHosts', 'server.maxBodyBytes', 'models.ttlSeconds', 'log.level'],
      needs_restart: ['server.host'],
    })
    const large = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: 'x'.repeat(3000),
    })
    expect(large.status).toBe(413)

    // The same by signal.
    writeSettings(llmd, { ...settings, log: { level: 'info' } })
    child.kill('SIGHUP')
    await vi.waitFor(() => expect(log().match(/settings were read again/g)).toHaveLength(2), patience)

    writeSettings(llmd, { log: { level: 'loud' } })
    expect(await llmd.run(['reload'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/log\.level in .* not "loud"/),
    })
    child.kill('SIGHUP')
    await vi.waitFor(() => expect(log()).toContain('settings were not read again'), patience)
    expect((await llmd.run(['config', 'get', 'log.level'])).stdout).toBe('info\n')

    streams.finish(20)
    for (const { text } of open) expect(await text).toMatch(/one.*two.*data: \[DONE\]\n\n$/s)
    expect(await enginePid(llmd)).toBe(engine)
  })

  it('says so where nothing has changed, and where there is no daemon', async () => {
    const llmd = createLlmd()
    expect(await llmd.run(['reload'])).toMatchObject({ code: 3 })
    await llmd.run(['start', '--port', '0'])
    expect(await llmd.run(['reload'])).toMatchObject({ code: 0, stdout: 'Nothing has changed.\n' })
  })
})

describe('SIGTERM', () => {
  it('lets 50 streams end, or tells them why they could not, and exits with 0', async () => {
    const drainSeconds = 2
    const { llmd, child, url, key } = await serve({ server: { drainSeconds } })
    const streams = await holdStreams(llmd, { url, key })
    const open = await streams.open(50)
    const ended = exitOf(child)
    const before = performance.now()
    child.kill('SIGTERM')
    await vi.waitFor(async () => {
      const ready = await fetch(`${url}/ready`, { headers: { connection: 'close' } })
      expect(ready.status).toBe(503)
    }, patience)
    const late = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, connection: 'close' },
      body: '{}',
    })
    expect(late.status).toBe(503)
    streams.finish(20)
    const texts = await Promise.all(open.map(({ text }) => text))
    expect(texts.filter((text) => text.endsWith('data: [DONE]\n\n'))).toHaveLength(20)
    const broken = texts.filter((text) => !text.endsWith('data: [DONE]\n\n'))
    expect(broken).toHaveLength(30)
    for (const text of broken) expect(text).toMatch(/"shutting_down".*\n\n$/)
    expect(await ended).toBe(0)
    expect(performance.now() - before).toBeLessThan((drainSeconds + 5) * 1000)

    // What was used is on the disk, in the database itself.
    const file = join(llmd.home, 'data/usage.db')
    expect(existsSync(`${file}-wal`)).toBe(false)
    const database = new Database(file, { readonly: true })
    const rows = database.prepare("select id from requests where model = 'chat-small'").all()
    database.close()
    expect(rows).toHaveLength(50)
  })

  it('ends answers of a local model, and those that wait for it, with the reason', async () => {
    using model = scriptedModel()
    const { llmd, child, url, key } = await serve({ server: { drainSeconds: 0 } })
    await llmd.run(['models', 'add', 'scripted', model.path])
    await llmd.run(['models', 'load', 'scripted'])
    const asking = Array.from({ length: 6 }, async () => {
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify({
          model: 'scripted',
          stream: true,
          n: 16,
          messages: [{ role: 'user', content: 'loop' }],
        }),
      })
      return response.text()
    })
    await vi.waitFor(async () => {
      const { requests } = JSON.parse((await llmd.run(['status', '--json'])).stdout)
      expect(requests.active).toBe(6)
    }, patience)
    const ended = exitOf(child)
    child.kill('SIGTERM')
    for (const text of await Promise.all(asking)) expect(text).toMatch(/"shutting_down"/)
    expect(await ended).toBe(0)
  })
})

async function enginePid(llmd: Llmd): Promise<number | undefined> {
  const { stdout } = await llmd.run(['models', 'show', 'llmd-demo', '--json'])
  return JSON.parse(stdout).engine?.pid
}
