import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { modelListSchema } from '../../src/api/models.ts'
import type { CreatedToken } from '../../src/api/tokens.ts'
import { createLlmd, demoModel } from './llmd.ts'
import { json, statusOf, urlOf } from './read-answers.ts'

const shell = promisify(execFile)
const start = ['start', '--port', '0']

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

  it.each(['--help', 'models --help'])('so does %s', async (words) => {
    const child = createLlmd().spawn(words.split(' '))
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', (chunk) => (stderr += String(chunk)))
    expect(await once(child, 'close')).toEqual([0, null])
    expect(stderr).toBe('')
  })

  it.skipIf(!existsSync('/dev/full'))('fails where its output cannot be written', async () => {
    const child = createLlmd().spawn(['--help'], { through: ['sh', '-c', 'exec "$@" >/dev/full', 'sh'] })
    let stderr = ''
    child.stderr.on('data', (chunk) => (stderr += String(chunk)))
    expect(await once(child, 'close')).toEqual([1, null])
    expect(stderr).toMatch(/^Error: The output could not be written: .*ENOSPC/)
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
    [['nonsense'], 2],
    [['models', 'list', 'nonsense'], 2],
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
