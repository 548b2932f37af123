import { once } from 'node:events'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { createLlmd, kill, readUntil, type Llmd } from './llmd.ts'

const patience = { timeout: 10_000, interval: 20 }

const ask = ['run', 'llmd-demo', 'canary-prompt']

async function json(llmd: Llmd, args: string[]) {
  const { stdout } = await llmd.run([...args, '--json'])
  return JSON.parse(stdout)
}

/** Entries that `llmd logs` prints with these flags. */
async function entries(llmd: Llmd, flags: string[] = []): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await llmd.run(['logs', '--json', ...flags])
  expect([code, stderr]).toEqual([0, ''])
  return stdout === ''
    ? []
    : stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
}

describe('logs', () => {
  it('are read from the daemon, and from its files when it is gone', async () => {
    const llmd = createLlmd()
    await llmd.run(['start', '--port', '0'])
    await llmd.run(ask)
    const isAsked = expect.objectContaining({
      message: 'request',
      path: '/v1/chat/completions',
      model: 'llmd-demo',
    })
    const all = await entries(llmd)
    expect(all).toContainEqual(expect.objectContaining({ message: 'llmd is ready' }))
    expect(all).toContainEqual(isAsked)
    const ofModel = await entries(llmd, ['--since', '10m', '--model', 'llmd-demo'])
    expect(ofModel).toContainEqual(expect.objectContaining({ message: 'engine ready' }))
    expect(ofModel.every(({ model }) => model === 'llmd-demo')).toBe(true)
    const id = all.find(({ path }) => path === '/v1/chat/completions')?.['request_id']
    expect(await entries(llmd, ['--request', String(id)])).toEqual([isAsked])
    expect(await entries(llmd, ['--level', 'error'])).toEqual([])
    await llmd.run(['stop'])

    const stored = await entries(llmd)
    expect(stored.slice(0, all.length)).toEqual(all)
    expect(stored.at(-1)).toMatchObject({ message: 'llmd has ended' })
    expect(await entries(llmd, ['--request', String(id)])).toEqual([isAsked])
    const { stdout } = await llmd.run(['logs', '--model', 'llmd-demo'])
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} INFO {2}request {2}request_id=req_/m)
    expect(stdout).not.toContain('\u001b')
    expect(statSync(join(llmd.home, 'logs', 'llmd.log')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(llmd.home, 'logs', 'stderr.log'), 'utf8')).toBe('')
  })

  it('go on with -f when the daemon starts again, and end with Ctrl-C', async () => {
    const llmd = createLlmd()
    await llmd.run(['start', '--port', '0'])
    const follower = llmd.spawn(['logs', '-f', '--json'])
    let notes = ''
    follower.stderr.on('data', (text) => (notes += text))
    await readUntil(follower, 'llmd is ready')
    await llmd.run(['stop'])
    await vi.waitFor(() => expect(notes).toContain('The daemon has ended.'), patience)
    await llmd.run(['start', '--port', '0'])
    const seen = await readUntil(follower, 'llmd is ready')
    expect(seen.match(/llmd has ended/g)).toHaveLength(1)
    expect(notes).toContain('The daemon is there.')
    const ended = once(follower, 'close')
    follower.kill('SIGINT')
    expect(await ended).toEqual([130, null])
  })

  it('of a daemon that is killed have what was wrong with it', async () => {
    const llmd = createLlmd()
    const { pid } = await json(llmd, ['start', '--port', '0'])
    await llmd.run(['models', 'load', 'llmd-demo'])
    const [{ engine } = { engine: null }] = (await json(llmd, ['models'])).data
    kill(engine.pid)
    await vi.waitFor(
      async () =>
        expect(await entries(llmd, ['--level', 'error', '--model', 'llmd-demo'])).toMatchObject([
          { level: 'error', message: 'engine crashed', signal: 'SIGKILL' },
        ]),
      patience,
    )
    kill(pid)
    await vi.waitFor(
      async () => expect((await entries(llmd)).at(-1)).toMatchObject({ message: 'engine crashed' }),
      patience,
    )
  })

  it('of a daemon in the foreground go to stderr, and are there for others', async () => {
    const llmd = createLlmd()
    const daemon = llmd.spawn(['serve', '--port', '0'])
    let stderr = ''
    daemon.stderr.on('data', (text) => (stderr += text))
    await vi.waitFor(() => expect(stderr).toContain('llmd is ready'), patience)
    expect(await entries(llmd)).toContainEqual(expect.objectContaining({ message: 'llmd is ready' }))
    expect(readdirSync(join(llmd.home, 'logs'))).toEqual([])
    const ended = once(daemon, 'close')
    daemon.kill('SIGTERM')
    await ended
    expect(stderr.trim().split('\n').at(-1)).toContain('llmd has ended')
  })
})

describe('requests capture', () => {
  it('writes prompts to a file of their own for a time, shows that it does, and is off after a restart', async () => {
    const llmd = createLlmd()
    await llmd.run(['start', '--port', '0'])
    await llmd.run(ask)
    expect((await json(llmd, ['status'])).capture).toBeNull()
    const { capture } = await json(llmd, ['requests', 'capture', '--for', '1h', '--model', 'llmd-demo'])
    expect((await llmd.run(['status'])).stdout).toContain('Captures')
    expect((await json(llmd, ['status'])).capture).toEqual(capture)
    await llmd.run(ask)
    await llmd.run(['restart'])
    expect((await json(llmd, ['status'])).capture).toBeNull()
    await llmd.run(ask)
    const records = readFileSync(capture.file, 'utf8').trim().split('\n')
    expect(records).toHaveLength(1)
    const { request, answer, ...rest } = JSON.parse(records[0] ?? '')
    expect(rest).toMatchObject({ model: 'llmd-demo', path: '/v1/chat/completions', status: 200 })
    expect(request).toContain('canary-prompt')
    expect(answer).toContain('data: ')

    const log = readFileSync(join(llmd.home, 'logs', 'llmd.log'), 'utf8')
    expect(log).toContain('prompts and answers are captured')
    expect(log).not.toContain('canary-prompt')
  })

  it('ends when that is wanted, and says what it does not take', async () => {
    const llmd = createLlmd()
    await llmd.run(['start', '--port', '0'])
    expect((await llmd.run(['requests', 'capture'])).stdout).toMatch(/captured\.jsonl\nIt ends in 10 minutes/)
    expect(await json(llmd, ['requests', 'capture', '--off'])).toEqual({ capture: null })
    expect((await json(llmd, ['status'])).capture).toBeNull()
    expect(await llmd.run(['requests', 'capture', '--model', 'nobody'])).toMatchObject({ code: 5 })
    expect(await llmd.run(['requests', 'capture', '--for', 'ever'])).toMatchObject({ code: 2 })
    expect(await llmd.run(['requests', 'capture', '--for', '90d'])).toMatchObject({ code: 2 })
  })
})
