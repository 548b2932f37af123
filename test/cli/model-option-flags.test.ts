import { resolve } from 'node:path'
import { Parser } from '@oclif/core'
import { describe, expect, it } from 'vitest'
import { givenModelOptions, modelOptionFlags } from '../../src/cli/model-option-flags.ts'
import { profileFlags } from '../../src/cli/profile-flags.ts'
import { optionOfFlag, resettableFlags } from '../../src/cli/resettable-flags.ts'
import { addModelSchema } from '../../src/api/models.ts'

async function read(...argv: string[]) {
  const { flags } = await Parser.parse(argv, { flags: modelOptionFlags, strict: true })
  return givenModelOptions(flags)
}

describe('the flags of a model', () => {
  it.each([
    ['', {}],
    ['--context 8192 --slots 4 --threads 8', { context: 8192, slots: 4, threads: 8 }],
    ['--gpu cuda --gpu-layers 20', { gpu: 'cuda', gpu_layers: 20 }],
    ['--gpu-layers auto', { gpu_layers: 'auto' }],
    ['--kv-type q8_0 --flash-attention', { kv_type: 'q8_0', flash_attention: true }],
    ['--no-flash-attention', { flash_attention: false }],
    [
      '--lora a.gguf --lora /b.gguf:0.5 --lora c:d.gguf:-1',
      {
        lora: [
          { path: resolve('a.gguf'), scale: 1 },
          { path: '/b.gguf', scale: 0.5 },
          { path: resolve('c:d.gguf'), scale: -1 },
        ],
      },
    ],
    ['--rope-scaling linear:4', { rope_scaling: { type: 'linear', factor: 4 } }],
    [
      '--rope-scaling yarn:2.5:32768',
      { rope_scaling: { type: 'yarn', factor: 2.5, original_context: 32_768 } },
    ],
    ['--ttl 10m', { ttl: 600 }],
    ['--ttl never', { ttl: null }],
    ['--pin --preload', { pinned: true, preload: true }],
    ['--no-pin --no-preload', { pinned: false, preload: false }],
  ])('%s is %j', async (argv, options) => {
    const given = await read(...argv.split(' ').filter((word) => word !== ''))
    expect(given).toEqual(options)
    expect(addModelSchema.safeParse({ name: 'a', source: '/a', options: given }).success).toBe(true)
  })

  it.each([
    '--gpu tpu',
    '--gpu-layers some',
    '--kv-type q2',
    '--rope-scaling 4',
    '--rope-scaling cubic:4',
    '--ttl 10',
  ])('refuses %s', async (argv) => {
    await expect(read(...argv.split(' '))).rejects.toThrow(/Expected|takes|is not/)
  })

  it('can all be taken back, each by its own name', () => {
    expect(resettableFlags).toEqual(Object.keys({ ...modelOptionFlags, ...profileFlags }))
    expect(new Set(resettableFlags.map(optionOfFlag)).size).toBe(resettableFlags.length)
  })
})
