import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  providerListSchema,
  providerModelListSchema,
  providerPresetListSchema,
  providerSchema,
  providerTestSchema,
} from '../../src/api/providers.ts'
import { openFakeProvider } from '../fixtures/fake-provider.ts'
import { createLlmd, type Llmd } from './llmd.ts'

const canary = 'sk-canary-0123456789abcdef'
const env = { LAB_KEY: canary }

type RunOptions = Parameters<Llmd['run']>[1]

/** Runs llmd, and sees to it that no output has the key. */
async function run(llmd: Llmd, args: string[], options?: RunOptions) {
  const ended = await llmd.run(args, options)
  expect(ended.stdout + ended.stderr).not.toContain(canary)
  return ended
}

async function json(llmd: Llmd, args: string[], options?: RunOptions) {
  const { stdout, stderr } = await run(llmd, [...args, '--json'], options)
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
}

describe('providers', () => {
  it.each(['without a daemon', 'with a daemon'])('are managed %s', async (mode) => {
    const fake = await openFakeProvider({ key: canary })
    const llmd = createLlmd()
    if (mode === 'with a daemon') await llmd.run(['start', '--port', '0'])
    expect((await run(llmd, ['providers'])).stdout).toContain('There are no providers yet')

    const add = ['providers', 'add', 'lab', '--base-url', fake.baseUrl, '--key-env', 'LAB_KEY']
    const settings = ['--prefix', 'lab/', '--model', 'chat-small', '--header', 'X-Team: a']
    expect(await run(llmd, [...add, ...settings], { env })).toMatchObject({
      code: 0,
      stdout: 'Added lab: 1 model.\n',
      stderr: '',
    })
    expect(fake.seen.at(-1)?.headers).toMatchObject({ authorization: `Bearer ${canary}`, 'x-team': 'a' })
    expect(providerListSchema.parse(await json(llmd, ['providers'])).data).toMatchObject([
      { name: 'lab', has_key: true, served: ['lab/chat-small'], headers: { 'X-Team': 'a' } },
    ])
    expect((await run(llmd, ['providers', 'list'])).stdout).toMatch(
      /^lab +openai +http\S+ +lab\/ +ready +lab\//m,
    )
    expect((await run(llmd, ['providers', 'show', 'lab'])).stdout).toMatch(/^Key +\*{8}$/m)
    const models = providerModelListSchema.parse(await json(llmd, ['providers', 'models', 'lab']))
    expect(models.data).toContainEqual({ id: 'chat-small', served_as: 'lab/chat-small' })

    const test = providerTestSchema.parse(await json(llmd, ['providers', 'test', 'lab']))
    expect(test).toMatchObject({ ok: true, model: 'chat-small' })
    expect(await run(llmd, ['providers', 'test', 'lab', '--model', 'nobody'])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^lab does not work \(nobody\): Model not found\.\n/),
    })

    const edit = ['providers', 'edit', 'lab']
    const change = ['--add-model', 'chat-large', '--remove-model', 'chat-small', '--reset', 'header']
    expect(providerSchema.parse(await json(llmd, [...edit, ...change]))).toMatchObject({
      served: ['lab/chat-large'],
      headers: {},
    })
    expect(await run(llmd, edit)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing to change'),
    })
    expect(await run(llmd, [...edit, '--key-stdin'], { input: 'sk-wrong\n' })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Error: Invalid API key\nHint: .*Nothing was saved\.\n$/),
    })
    expect(await run(llmd, [...edit, '--key-stdin'], { input: `${canary}\n` })).toMatchObject({ code: 0 })
    expect(await run(llmd, [...edit, '--base-url', 'http://127.0.0.1:1/v1'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Give the key again'),
    })
    expect(await run(llmd, [...edit, '--prefix', 'l/', '--all-models'])).toMatchObject({
      code: 0,
      stdout: 'Changed lab: 2 models.\n',
    })

    expect(await run(llmd, [...add, ...settings], { env })).toMatchObject({ code: 6 })
    for (const path of filesBelow(llmd.home)) expect(readFileSync(path, 'latin1')).not.toContain(canary)
    expect(await run(llmd, ['providers', 'remove', 'lab'])).toMatchObject({ code: 2 })
    expect(await run(llmd, ['providers', 'remove', 'lab', '--yes'])).toMatchObject({
      code: 0,
      stdout: 'Removed lab.\n',
    })
    expect(await run(llmd, ['providers', 'show', 'lab'])).toMatchObject({ code: 5 })
  })

  it('are refused where they do not work, in words that say what it is', async () => {
    const fake = await openFakeProvider({ key: canary })
    const llmd = createLlmd()
    const add = ['providers', 'add', 'lab', '--base-url', fake.baseUrl]
    expect(await run(llmd, add)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Error: Invalid API key\nHint: Give a key\./),
    })
    expect(await run(llmd, [...add, '--model', 'nobody', '--key-env', 'LAB_KEY'], { env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Model not found'),
    })
    expect(await run(llmd, ['providers', 'add', 'x', '--base-url', 'http://127.0.0.1:1/v1'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Network error'),
    })
    expect(await run(llmd, [...add, '--header', 'X-Api-Key: a', '--no-verify'])).toMatchObject({ code: 2 })
    expect(await run(llmd, [...add, '--all-models', '--no-verify'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('all_models needs a prefix'),
    })
    expect((await json(llmd, ['providers'])).data).toEqual([])
  })

  it('need no argument that holds a key', async () => {
    const llmd = createLlmd()
    const add = ['providers', 'add', 'openai', '--preset', 'openai', '--no-verify']
    expect(await run(llmd, add)).toMatchObject({ code: 2, stderr: expect.stringContaining('--key-stdin') })
    expect(await run(llmd, [...add, '--key-env', 'ABSENT'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ABSENT is not set'),
    })
    const added = await run(llmd, [...add, '--key-stdin'], { input: `${canary}\n` })
    expect(added).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Choose some: llmd providers edit'),
    })
    const clash = ['providers', 'add', 'second', '--preset', 'ollama', '--model', 'llmd-demo', '--no-verify']
    expect(await run(llmd, clash)).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('a local model'),
    })
    expect(await run(llmd, [...clash, '--override'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Not served: llmd-demo'),
    })
  })

  it('have presets', async () => {
    const llmd = createLlmd()
    const presets = providerPresetListSchema.parse(await json(llmd, ['providers', 'presets']))
    expect(presets.data.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['openai', 'openrouter', 'ollama']),
    )
    expect((await run(llmd, ['providers', 'presets'])).stdout).toContain('https://openrouter.ai/api/v1')
  })
})
