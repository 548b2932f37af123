import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ModelOptions } from '../../src/api/models.ts'
import { checkOptions, fromStoredOptions, toStoredOptions } from '../../src/catalog/model-options.ts'

const options: fc.Arbitrary<ModelOptions> = fc.record(
  {
    context: fc.nat(),
    slots: fc.nat(),
    threads: fc.nat(),
    gpu: fc.constantFrom('auto', 'cuda', 'vulkan', 'metal', 'off'),
    gpu_layers: fc.oneof(fc.constant('auto' as const), fc.nat()),
    kv_type: fc.constantFrom('f32', 'f16', 'q8_0', 'q4_0'),
    flash_attention: fc.boolean(),
    lora: fc.array(fc.record({ path: fc.string(), scale: fc.integer() })),
    rope_scaling: fc.record(
      { type: fc.constantFrom('linear', 'yarn'), factor: fc.nat(), original_context: fc.nat() },
      { requiredKeys: ['type', 'factor'] },
    ),
    ttl: fc.option(fc.nat()),
    pinned: fc.boolean(),
    preload: fc.boolean(),
  },
  { requiredKeys: [] },
)

describe('options', () => {
  it('come back from the store as they went in', () => {
    fc.assert(
      fc.property(options, (given) => {
        const stored = JSON.parse(JSON.stringify(toStoredOptions(given)))
        expect(fromStoredOptions(stored)).toEqual(given)
      }),
    )
  })

  it.each<[ModelOptions, string]>([
    [{ kv_type: 'q8_0', flash_attention: false }, 'options.kv_type'],
    [{ kv_type: 'q4_0', flash_attention: false }, 'options.kv_type'],
    [
      {
        lora: [
          { path: '/a.gguf', scale: 1 },
          { path: 'b.gguf', scale: 1 },
        ],
      },
      'options.lora[1].path',
    ],
  ])('are refused where they cannot be meant: %j', (given, param) => {
    expect(() => checkOptions(given)).toThrow(expect.objectContaining({ code: 'invalid_request', param }))
  })

  it.each<ModelOptions>([
    {},
    { kv_type: 'q8_0' },
    { kv_type: 'q8_0', flash_attention: true },
    { kv_type: 'f16', flash_attention: false },
    { lora: [{ path: '/a.gguf', scale: -1 }] },
  ])('are taken: %j', (given) => expect(() => checkOptions(given)).not.toThrow())
})
