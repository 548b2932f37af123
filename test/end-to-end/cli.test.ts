import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { localModelSchema, modelCheckSchema, modelListSchema, modelSchema } from '../../src/api/models.ts'
import { statusSchema, type Status } from '../../src/api/status.ts'
import { createdTokenSchema, tokenListSchema, tokenSchema, type CreatedToken } from '../../src/api/tokens.ts'
import { isRunning } from '../../src/cli/is-running.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { createLlmd, demoModel, kill, readUntil, type Llmd } from './llmd.ts'

const shell = promisify(execFile)
const start = ['start', '--port', '0']

async function json(llmd: Llmd, args: string[]) {
  const { stdout, stderr } = await llmd.run([...args, '--json'])
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

const statusOf = async (llmd: Llmd): Promise<Status> => statusSchema.parse(await json(llmd, ['status']))
const urlOf = ({ listeners }: Status) => listeners.find((listener) => listener.startsWith('http:')) ?? ''
const namesOf = (list: { data: { name: string }[] }) => list.data.map(({ name }) => name).toSorted()

describe('models and tokens', () => {
  it.each(['without a daemon', 'with a daemon'])('are managed %s', async (mode) => {
    const llmd = createLlmd()
    const folder = temporaryFolder()
    copyFileSync(demoModel, join(folder, 'model.gguf'))
    if (mode === 'with a daemon') await llmd.run(start)

    const added = await llmd.run(
      ['models', 'add', 'my/model:1', 'model.gguf', '--context', '512', '--json'],
      {
        cwd: folder,
      },
    )
    expect(modelSchema.parse(JSON.parse(added.stdout))).toMatchObject({
      name: 'my/model:1',
      source: join(folder, 'model.gguf'),
      options: { context: 512 },
    })
    expect(namesOf(modelListSchema.parse(await json(llmd, ['models'])))).toEqual(['llmd-demo', 'my/model:1'])
    expect((await llmd.run(['models', 'show', 'my/model:1'])).stdout).toContain('Q8_0')
    expect(await llmd.run(['models', 'add', 'my/model:1', demoModel])).toMatchObject({ code: 6 })
    expect(modelSchema.parse(await json(llmd, ['models', 'remove', 'my/model:1', '--yes']))).toMatchObject({
      name: 'my/model:1',
    })
    expect(await llmd.run(['models', 'show', 'my/model:1'])).toMatchObject({ code: 5 })

    const token = createdTokenSchema.parse(
      await json(llmd, [
        'tokens',
        'create',
        'laptop',
        '--scope',
        'admin',
        '--scope',
        'llm-all',
        '--expires',
        '90d',
      ]),
    )
    expect(token.scopes.toSorted()).toEqual(['admin', 'llm-all'])
    expect(Date.parse(token.expires_at ?? '') - Date.now()).toBeGreaterThan(89 * 86_400_000)
    const { stdout: key } = await llmd.run(['tokens', 'create', 'script', '--print-token'])
    expect(key).toMatch(/^sk-llmd-v1-\S+\n$/)
    const tokens = tokenListSchema.parse(await json(llmd, ['tokens']))
    expect(namesOf(tokens)).toEqual(expect.arrayContaining(['laptop', 'script']))
    expect(JSON.stringify(tokens)).not.toContain(key.trim())
    expect(
      tokenSchema.parse(await json(llmd, ['tokens', 'revoke', token.id, '--yes'])).revoked_at,
    ).not.toBeNull()
    expect(await llmd.run(['tokens', 'revoke', 'nobody', '--yes'])).toMatchObject({ code: 5 })
  })

  it.each(['without a daemon', 'with a daemon'])('are changed, copied and checked %s', async (mode) => {
    const llmd = createLlmd()
    if (mode === 'with a daemon') await llmd.run(start)
    const edit = ['models', 'edit', 'llmd-demo']
    const options = ['--context', '512', '--kv-type', 'q8_0', '--ttl', 'never', '--pin']
    expect(localModelSchema.parse(await json(llmd, [...edit, ...options])).options).toEqual({
      context: 512,
      kv_type: 'q8_0',
      ttl: null,
      pinned: true,
    })
    expect(await llmd.run(edit)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing to change'),
    })
    expect(await llmd.run([...edit, '--no-flash-attention'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('kv_type q8_0 needs flash attention'),
    })
    expect((await llmd.run(['models', 'copy', 'llmd-demo', 'second'])).stdout).toContain('Added second')
    expect(
      (await json(llmd, ['models', 'edit', 'second', '--no-pin', '--reset', 'context'])).options,
    ).toEqual({
      kv_type: 'q8_0',
      ttl: null,
      pinned: false,
    })
    expect((await llmd.run(['models', 'show', 'second'])).stdout).toMatch(/Cache type +q8_0/)
    expect(modelCheckSchema.parse(await json(llmd, ['models', 'check', 'second']))).toMatchObject({
      name: 'second',
      loads: true,
      file: { architecture: 'llama' },
    })
    await llmd.run(['models', 'edit', 'second', '--lora', '/nowhere/adapter.gguf:0.5'])
    expect(await llmd.run(['models', 'check', 'second'])).toMatchObject({
      code: 1,
      stderr: '',
      stdout: expect.stringMatching(/Loads +no\nBecause /),
    })
  })

  it('say how long they stay, and load at the start when they are to', async () => {
    const llmd = createLlmd()
    await llmd.run(['models', 'edit', 'llmd-demo', '--preload', '--pin'])
    await llmd.run(['models', 'copy', 'llmd-demo', 'second'])
    await llmd.run(['models', 'edit', 'second', '--no-pin', '--no-preload', '--ttl', '1h'])
    await llmd.run(start)
    await vi.waitFor(
      async () => {
        const { stdout } = await llmd.run(['models', 'ps'])
        expect(stdout).toMatch(/^NAME .* UNTIL$/m)
        expect(stdout).toMatch(/^llmd-demo +ready .* pinned$/m)
      },
      { timeout: 10_000 },
    )
    await llmd.run(['models', 'load', 'second'])
    expect((await llmd.run(['models', 'ps'])).stdout).toMatch(/^second +ready .* in (1 hour|59 minutes)$/m)
    const edited = await llmd.run(['models', 'edit', 'second', '--slots', '1'])
    expect(edited.stdout).toContain('from its next load on')
  })

  it('lose nothing when commands meet, without a daemon', async () => {
    const llmd = createLlmd()
    const ended = await Promise.all([
      llmd.run(['tokens', 'create', 'a']),
      llmd.run(['tokens', 'create', 'b']),
      llmd.run(['models', 'add', 'a', demoModel]),
      llmd.run(['models', 'add', 'b', demoModel]),
    ])
    expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(ended.map(() => [0, '']))
    expect(namesOf(await json(llmd, ['models']))).toEqual(['a', 'b', 'llmd-demo'])
    expect(namesOf(await json(llmd, ['tokens']))).toEqual(['a', 'b'])
  })

  it('are not taken away without a yes', async () => {
    const llmd = createLlmd()
    for (const args of [
      ['models', 'remove', 'llmd-demo'],
      ['tokens', 'revoke', 'x'],
    ]) {
      expect(await llmd.run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
    }
    expect(namesOf(await json(llmd, ['models']))).toEqual(['llmd-demo'])
  })
})

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

describe('run', () => {
  it.each(['without a daemon', 'with a daemon'])('prints an answer, %s', async (mode) => {
    const llmd = createLlmd()
    if (mode === 'with a daemon') await llmd.run(start)
    const greedy = ['--temperature', '0', '--max-tokens', '20', '--seed', '1']
    const asked = await llmd.run(['run', 'llmd-demo', 'what is llmd?', ...greedy])
    expect(asked).toMatchObject({ code: 0, stderr: '' })
    expect(asked.stdout).toMatch(/\S\n$/)
    expect(await llmd.run(['run', 'llmd-demo', ...greedy], { input: 'what is llmd?\n' })).toEqual(asked)

    const answer = await json(llmd, ['run', 'llmd-demo', 'what is llmd?', ...greedy])
    expect(answer).toEqual({
      model: 'llmd-demo',
      content: asked.stdout.trimEnd(),
      finish_reason: expect.stringMatching(/^(stop|length)$/),
      usage: expect.objectContaining({ completion_tokens: expect.any(Number) }),
    })
    expect(await llmd.run(['run', 'nobody', 'Hello'])).toMatchObject({ code: 5, stdout: '' })
    expect(await llmd.run(['run', 'llmd-demo'])).toMatchObject({ code: 2 })
    expect(await llmd.run(['run', 'llmd-demo', 'Hi', '--temperature', '9'])).toMatchObject({ code: 2 })
  })

  it('ends quietly when nobody reads on', async () => {
    const llmd = createLlmd()
    const child = llmd.spawn(['run', 'llmd-demo', 'Tell me all about llmd.', '--temperature', '0'])
    child.stdin.end()
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', (chunk) => (stderr += String(chunk)))
    expect(await once(child, 'close')).toEqual([0, null])
    expect(stderr).toBe('')
  })

  it('ends at Ctrl-C while it waits for the model', async () => {
    const llmd = createLlmd()
    await llmd.run(start)
    const child = llmd.spawn(['run', 'llmd-demo', '--max-tokens', '4000', 'x'.repeat(2000)])
    child.stdin.end()
    await vi.waitFor(async () => expect((await statusOf(llmd)).requests.active).toBeGreaterThan(0), {
      timeout: 10_000,
      interval: 20,
    })
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([130, null])
    expect(await statusOf(llmd)).toMatchObject({ draining: false })
  })
})

describe('a daemon elsewhere', () => {
  it('is managed with an admin token alone', async () => {
    const llmd = createLlmd()
    await llmd.run(start)
    const host = urlOf(await statusOf(llmd))
    const create = async (...args: string[]): Promise<CreatedToken> =>
      json(llmd, ['tokens', 'create', ...args])
    const [admin, user] = [await create('admin', '--scope', 'admin'), await create('user')]
    const away = createLlmd()
    expect(await away.run(['status', '--host', host])).toMatchObject({ code: 4 })
    expect(await away.run(['status', '--host', host, '--token', user.key])).toMatchObject({ code: 4 })
    expect(await away.run(['status', '--host', host, '--token', admin.key])).toMatchObject({ code: 0 })
    const env = { LLMD_HOST: host, LLMD_TOKEN: admin.key }
    expect(await away.run(['models', 'load', 'llmd-demo'], { env })).toMatchObject({ code: 0, stderr: '' })
    const ps = await away.run(['models', 'ps', '--json'], { env })
    expect(modelListSchema.parse(JSON.parse(ps.stdout)).data).toMatchObject([
      { name: 'llmd-demo', state: 'ready' },
    ])
    expect(await away.run(['models', 'unload', 'llmd-demo'], { env })).toMatchObject({ code: 0 })
    expect(await away.run(['stop'], { env })).toMatchObject({ code: 0 })
    expect(await away.run(['status'], { env })).toMatchObject({ code: 3 })
  })
})

describe('env', () => {
  it('prints what a shell can evaluate', async () => {
    const llmd = createLlmd()
    expect(await json(llmd, ['env'])).toEqual({
      OPENAI_BASE_URL: 'http://127.0.0.1:5563/v1',
      OPENAI_API_KEY: null,
    })
    await llmd.run(start)
    const url = `${urlOf(await statusOf(llmd))}/v1`
    const { stdout } = await llmd.run(['env', '--shell', 'bash'], { env: { LLMD_TOKEN: "it's" } })
    const { stdout: evaluated } = await shell('sh', [
      '-c',
      `${stdout}\nprintf '%s %s' "$OPENAI_BASE_URL" "$OPENAI_API_KEY"`,
    ])
    expect(evaluated).toBe(`${url} it's`)
  })
})

describe('wrong usage', () => {
  it.each([
    [['models', 'add', 'only-a-name'], 2],
    [['models', 'list', '--nonsense'], 2],
    [['models', 'add', '../up', demoModel], 2],
    [['models', 'add', 'gone', '/no/such/file.gguf'], 5],
    [['tokens', 'create', 'x', '--expires', 'soon'], 2],
    [['status', '--host', 'nonsense'], 2],
    [['status'], 3],
    [['models', 'load', 'llmd-demo'], 3],
    [['models', 'show', 'nobody'], 5],
  ])('%j ends with %i, one line of what is wrong and one of what to do', async (args, code) => {
    const ended = await createLlmd().run(args)
    expect(ended).toMatchObject({ code, stdout: '' })
    expect(ended.stderr).toMatch(/^Error: .+\n(Hint: .+\n)?$/)
  })
})
