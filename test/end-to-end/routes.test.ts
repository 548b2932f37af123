import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { modelListSchema, modelSchema, routedModelSchema } from '../../src/api/models.ts'
import { createLlmd, readUntil, type Llmd } from './llmd.ts'

async function json(llmd: Llmd, args: string[]) {
  const { stdout, stderr } = await llmd.run([...args, '--json'])
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

/** A provider whose every answer is this status; `asked` counts what it was asked, beside HEADs that only open connections. */
async function openUpstream(status: number) {
  let asked = 0
  const server = createServer((request, response) => {
    if (request.method !== 'HEAD') asked += 1
    request.resume()
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: { message: 'Come back later.' } }))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { baseUrl: `http://127.0.0.1:${port}/v1`, asked: () => asked }
}

const addProvider = (llmd: Llmd, baseUrl: string) =>
  llmd.run([...'providers add elsewhere --format openai --no-verify --base-url'.split(' '), baseUrl])

describe('routed models', () => {
  it('are managed beside the others', async () => {
    const llmd = createLlmd()
    expect(await addProvider(llmd, 'http://127.0.0.1:9/v1')).toMatchObject({ code: 0 })
    const add = ['models', 'add']
    expect((await llmd.run([...add, 'fast', 'elsewhere/meta/llama'])).stdout).toContain(
      'elsewhere/meta/llama',
    )
    const best = await json(llmd, [...add, 'best', '--target', 'llmd-demo', '--target', 'fast'])
    expect(routedModelSchema.parse(best)).toMatchObject({
      strategy: 'fallback',
      targets: [
        { model: 'llmd-demo', weight: null, kind: 'local' },
        { model: 'fast', weight: null, kind: 'remote' },
      ],
    })
    const list = modelListSchema.parse(await json(llmd, ['models']))
    expect(list.data.map(({ name, kind }) => [name, kind])).toEqual([
      ['best', 'routed'],
      ['llmd-demo', 'local'],
      ['fast', 'remote'],
    ])
    const { stdout: table } = await llmd.run(['models'])
    expect(table).toMatch(/^best +routed +2\/2 ready +- +- +fallback: llmd-demo, fast$/m)
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80)

    const edit = [
      'models',
      'edit',
      'best',
      '--target',
      'fast',
      '--weight',
      '3',
      '--target',
      'llmd-demo',
      '--weight',
      '1',
    ]
    expect(modelSchema.parse(await json(llmd, edit))).toMatchObject({
      strategy: 'balance',
      targets: [
        { model: 'fast', weight: 3 },
        { model: 'llmd-demo', weight: 1 },
      ],
    })
    expect((await llmd.run(['models', 'show', 'best'])).stdout).toMatch(/^fast +3 +remote +ready +-$/m)
    expect(await llmd.run(['models', 'remove', 'fast', '--yes'])).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('fast is a target of best.'),
    })
  })

  it.each([
    [['best'], 2],
    [['best', 'a.gguf', '--target', 'llmd-demo'], 2],
    [['best', '--target', 'nobody'], 5],
    [['best', '--target', 'llmd-demo', '--target', 'llmd-demo'], 2],
    [['best', '--target', 'llmd-demo', '--weight', '0'], 2],
    [['best', '--target', 'llmd-demo', '--slots', '2'], 2],
    [['best', 'nowhere/model'], 2],
    [['llmd-demo', '--target', 'llmd-demo'], 6],
  ])('are refused as %j with %i', async (args, code) => {
    const ended = await createLlmd().run(['models', 'add', ...args])
    expect(ended).toMatchObject({ code, stdout: '' })
    expect(ended.stderr).toMatch(/^Error: .+\n(Hint: .+\n)?$/)
  })

  it('answer by whoever can, and leave alone who fails', { timeout: 60_000 }, async () => {
    const llmd = createLlmd()
    const upstream = await openUpstream(503)
    const child = llmd.spawn(['serve', '--port', '0'])
    const greeting = await readUntil(child, '"content"')
    const url = /http:\/\/[\d.]+:\d+/.exec(greeting)?.[0] ?? ''
    const key = /sk-llmd-v1-[\w-]+/.exec(greeting)?.[0] ?? ''
    await addProvider(llmd, upstream.baseUrl)
    await llmd.run(['models', 'add', 'fast', 'elsewhere/llama'])
    await llmd.run(['models', 'add', 'best', '--target', 'fast', '--target', 'llmd-demo'])
    const ask = async () => {
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify({
          model: 'best',
          max_tokens: 3,
          temperature: 0,
          messages: [{ role: 'user', content: 'Hello!' }],
        }),
      })
      const { model, object }: { model: string; object: string } = JSON.parse(await response.text())
      return {
        status: response.status,
        model,
        object,
        by: response.headers.get('x-llmd-model'),
        attempts: response.headers.get('x-llmd-attempts'),
      }
    }
    const whole = { status: 200, model: 'best', object: 'chat.completion', by: 'llmd-demo' }
    for (let time = 0; time < 3; time++) expect(await ask()).toEqual({ ...whole, attempts: '2' })
    expect(await ask()).toEqual({ ...whole, attempts: '1' })
    expect(upstream.asked()).toBe(3)
    expect((await llmd.run(['models', 'show', 'best'])).stdout).toMatch(
      /^fast +- +remote +(cooling for \d seconds?|probing) +\S/m,
    )
  })
})
