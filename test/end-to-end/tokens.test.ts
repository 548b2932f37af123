import { describe, expect, it } from 'vitest'
import { createdTokenSchema, tokenSchema } from '../../src/api/tokens.ts'
import { createLlmd, type Llmd } from './llmd.ts'

async function json(llmd: Llmd, args: string[]) {
  const { stdout, stderr } = await llmd.run([...args, '--json'])
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

describe('tokens', () => {
  it.each(['without a daemon', 'with a daemon'])(
    'are shown, changed and given other keys %s',
    async (mode) => {
      const llmd = createLlmd()
      if (mode === 'with a daemon') await llmd.run(['start', '--port', '0'])
      const created = createdTokenSchema.parse(await json(llmd, ['tokens', 'create', 'laptop']))
      const { key, ...token } = created
      expect(tokenSchema.parse(await json(llmd, ['tokens', 'show', 'laptop']))).toEqual(token)
      const shown = await llmd.run(['tokens', 'show', 'laptop'])
      expect(shown.stdout).toMatch(/^Expires +never$/m)
      expect(shown.stdout).not.toContain(key)

      const edit = [
        'tokens',
        'edit',
        'laptop',
        '--name',
        'notebook',
        '--scope',
        'metrics',
        '--expires',
        '90d',
      ]
      expect(await llmd.run(edit)).toMatchObject({ code: 0, stdout: 'Changed notebook.\n' })
      expect(tokenSchema.parse(await json(llmd, ['tokens', 'show', token.id]))).toMatchObject({
        name: 'notebook',
        scopes: ['metrics'],
        expires_at: expect.any(String),
        masked: token.masked,
      })
      const never = ['tokens', 'edit', 'notebook', '--expires', 'never']
      expect(await json(llmd, never)).toMatchObject({ expires_at: null })
      expect(await llmd.run(['tokens', 'edit', 'notebook'])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('nothing to change'),
      })

      expect(await llmd.run(['tokens', 'rotate', 'notebook'])).toMatchObject({ code: 2 })
      const rotated = createdTokenSchema.parse(await json(llmd, ['tokens', 'rotate', 'notebook', '--yes']))
      expect(rotated).toMatchObject({ id: token.id, name: 'notebook', scopes: ['metrics'] })
      expect(rotated.key).not.toBe(key)
      const printed = await llmd.run(['tokens', 'rotate', token.id, '--yes', '--print-token'])
      expect(printed.stdout).toMatch(/^sk-llmd-v1-[\w-]{43}-[\da-f]{6}\n$/)
      expect(await llmd.run(['tokens', 'rotate', 'laptop', '--yes'])).toMatchObject({ code: 5 })
    },
  )
})
