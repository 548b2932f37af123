import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { localModelSchema, modelCheckSchema, modelListSchema, modelSchema } from '../../src/api/models.ts'
import { createdTokenSchema, tokenListSchema, tokenSchema } from '../../src/api/tokens.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { createLlmd, demoModel } from './llmd.ts'
import { json, namesOf } from './read-answers.ts'

const start = ['start', '--port', '0']

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
