import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { isRunning } from '../../src/cli/is-running.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { createLlmd, kill, readUntil } from './llmd.ts'
import { json, statusOf, urlOf, namesOf } from './read-answers.ts'

const shell = promisify(execFile)
const start = ['start', '--port', '0']

describe('the daemon', () => {
  it('starts, is found, restarts and stops', async () => {
    const llmd = createLlmd()
    const started = await llmd.run(start)
    expect(started).toMatchObject({ code: 0, stderr: '' })
    const status = await statusOf(llmd)
    expect(started.stdout).toContain(`pid ${status.pid}`)
    expect(started.stdout).toContain(urlOf(status))
    expect((await fetch(`${urlOf(status)}/ready`)).status).toBe(200)

    expect(await llmd.run(start)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`pid ${status.pid}`),
    })
    expect(await json(llmd, start)).toMatchObject({ started: false, pid: status.pid, firstToken: null })

    const restarted = await json(llmd, ['restart', '--port', '0'])
    expect(restarted).toMatchObject({ started: true, firstToken: null })
    expect(restarted.pid).not.toBe(status.pid)
    expect((await statusOf(llmd)).pid).toBe(restarted.pid)

    expect(await json(llmd, ['stop'])).toEqual({ stopped: true, pid: restarted.pid })
    expect(isRunning(restarted.pid)).toBe(false)
    expect(await json(llmd, ['stop'])).toEqual({ stopped: false, pid: null })
    expect(await llmd.run(['status'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('llmd start'),
    })
  })

  it('shows its first token once, and never in the log', async () => {
    const llmd = createLlmd()
    const { firstToken } = await json(llmd, start)
    const url = urlOf(await statusOf(llmd))
    const ask = (key: string) => fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
    expect((await ask(firstToken)).status).toBe(200)
    expect((await ask('sk-wrong')).status).toBe(401)
    expect(readFileSync(join(llmd.home, 'logs', 'llmd.log'), 'utf8')).not.toContain(firstToken)
  })

  it('is one, however many are started at once', async () => {
    const llmd = createLlmd()
    const all = await Promise.all([json(llmd, start), json(llmd, start)])
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(1)
    expect(all.filter(({ started }) => started)).toHaveLength(1)
  })

  it('is waited for by commands that come while it starts', async () => {
    const llmd = createLlmd()
    const names = ['a', 'b', 'c']
    const [started, ...created] = await Promise.all([
      llmd.run(start),
      ...names.map((name) => llmd.run(['tokens', 'create', name])),
    ])
    expect([started, ...created]).toMatchObject(Array.from({ length: 4 }, () => ({ code: 0, stderr: '' })))
    expect(namesOf(await json(llmd, ['tokens']))).toEqual(expect.arrayContaining(names))
  })

  it('refuses a second one, naming the first', async () => {
    const llmd = createLlmd()
    const { pid } = await json(llmd, start)
    expect(await llmd.run(['serve', '--port', '0'])).toMatchObject({
      code: 6,
      stderr: expect.stringContaining(String(pid)),
    })
  })

  it('starts again after it was killed', async () => {
    const llmd = createLlmd()
    const { pid } = await json(llmd, start)
    kill(pid)
    await vi.waitFor(async () => expect(await llmd.run(['status'])).toMatchObject({ code: 3 }), {
      timeout: 10_000,
      interval: 20,
    })
    const again = await json(llmd, start)
    expect(again).toMatchObject({ started: true, firstToken: null })
    expect((await statusOf(llmd)).pid).toBe(again.pid)
  })

  it('says why it cannot start', async () => {
    const llmd = createLlmd()
    const other = createLlmd()
    await other.run(start)
    const { port } = new URL(urlOf(await statusOf(other)))
    const failed = await llmd.run(['start', '--port', port, '--json'])
    expect(failed.code).toBe(1)
    expect(JSON.parse(failed.stdout)).toEqual({
      error: { code: 'listen_failed', message: expect.stringContaining(port), hint: expect.any(String) },
    })
  })
})

describe('serve', () => {
  it('shows a curl line that works when it is pasted, and ends at SIGTERM', async () => {
    const llmd = createLlmd()
    const child = llmd.spawn(['serve', '--port', '0'])
    const output = await readUntil(child, '\'{"model"')
    const { stdout } = await shell('sh', ['-c', output.slice(output.indexOf('curl'))])
    expect(JSON.parse(stdout)).toMatchObject({ object: 'chat.completion', model: 'llmd-demo' })
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(await llmd.run(['status'])).toMatchObject({ code: 3 })
  })

  it('ends at once at the second signal', async () => {
    const llmd = createLlmd()
    const child = llmd.spawn(['serve', '--port', '0'])
    await readUntil(child, 'curl')
    const asking = llmd.spawn([
      'run',
      'llmd-demo',
      'x'.repeat(1500),
      '--max-tokens',
      '4000',
      '--temperature',
      '2',
    ])
    asking.stdin.end()
    await vi.waitFor(async () => expect((await statusOf(llmd)).requests.active).toBeGreaterThan(0), {
      timeout: 10_000,
      interval: 20,
    })
    child.kill('SIGTERM')
    await vi.waitFor(async () => expect(await statusOf(llmd)).toMatchObject({ draining: true }), {
      timeout: 10_000,
      interval: 20,
    })
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([143, null])
  })

  it('warns when others can reach it', async () => {
    const child = createLlmd().spawn(['serve', '--host', '0.0.0.0', '--port', '0'])
    let stderr = ''
    child.stderr.on('data', (chunk) => (stderr += String(chunk)))
    await readUntil(child, 'curl http://127.0.0.1:')
    await vi.waitFor(() => expect(stderr).toContain('Warning: '), { timeout: 10_000, interval: 20 })
  })

  it('listens on the socket it is given, where commands find it', async () => {
    const llmd = createLlmd()
    const socket = join(temporaryFolder(), 'other.sock')
    const child = llmd.spawn(['serve', '--port', '0', '--socket', socket])
    await readUntil(child, 'curl')
    expect((await statusOf(llmd)).listeners).toContain(`unix://${socket}`)
    expect(await llmd.run(['stop'])).toMatchObject({ code: 0 })
  })
})
