import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import type { ModelOptions } from '../api/models.ts'
import { gpuLayersFlag } from './gpu-layers-flag.ts'
import { loraFlag, ropeScalingFlag, ttlFlag } from './model-option-values.ts'

/** How a model is to be loaded, as flags of `models add` and `models edit`. */
export const modelOptionFlags = {
  context: Flags.integer({
    summary: 'Tokens a conversation may hold, prompt and answer together.',
    helpValue: 'TOKENS',
  }),
  slots: Flags.integer({ summary: 'Requests answered at the same time.', helpValue: 'N' }),
  threads: Flags.integer({ summary: 'Threads to compute with.', helpValue: 'N' }),
  gpu: Flags.option({
    summary: 'Device to compute on; one that is named must be there.',
    options: ['auto', 'cuda', 'vulkan', 'metal', 'off'] as const,
  })(),
  'gpu-layers': gpuLayersFlag({ summary: 'Layers to put on the GPU, or auto.', helpValue: 'N' }),
  'kv-type': Flags.option({
    summary: 'Type of the key-value cache: smaller ones take less memory, and lose some accuracy.',
    options: ['f32', 'f16', 'q8_0', 'q4_0'] as const,
  })(),
  'flash-attention': Flags.boolean({
    summary: 'Faster attention that takes less memory; on where the model allows it.',
    allowNo: true,
  }),
  lora: loraFlag({
    summary: 'Adapter to apply, as strongly as the scale says; can be given several times.',
    helpValue: 'FILE[:SCALE]',
    multiple: true,
  }),
  'rope-scaling': ropeScalingFlag({
    summary: 'Stretches the context beyond what the model was trained on.',
    helpValue: 'linear|yarn:FACTOR',
  }),
  ttl: ttlFlag({ summary: 'Unload so long after the last answer, or never.', helpValue: '10m|never' }),
  pin: Flags.boolean({ summary: 'Never unload it to make room, nor for its age.', allowNo: true }),
  preload: Flags.boolean({ summary: 'Load it when the daemon starts.', allowNo: true }),
}

/** What oclif makes of the flags above. */
interface GivenFlags {
  context?: number | undefined
  slots?: number | undefined
  threads?: number | undefined
  gpu?: ModelOptions['gpu'] | undefined
  'gpu-layers'?: ModelOptions['gpu_layers'] | undefined
  'kv-type'?: ModelOptions['kv_type'] | undefined
  'flash-attention'?: boolean | undefined
  lora?: ModelOptions['lora'] | undefined
  'rope-scaling'?: ModelOptions['rope_scaling'] | undefined
  ttl?: number | null | undefined
  pin?: boolean | undefined
  preload?: boolean | undefined
}

/** The options that were given; adapters by their full path. */
export function givenModelOptions(flags: GivenFlags): ModelOptions {
  return withoutAbsent({
    context: flags.context,
    slots: flags.slots,
    threads: flags.threads,
    gpu: flags.gpu,
    gpu_layers: flags['gpu-layers'],
    kv_type: flags['kv-type'],
    flash_attention: flags['flash-attention'],
    lora: flags.lora?.map(({ path, scale }) => ({ path: resolve(path), scale })),
    rope_scaling: flags['rope-scaling'],
    ttl: flags.ttl,
    pinned: flags.pin,
    preload: flags.preload,
  })
}

type PossiblyAbsent = { [Key in keyof ModelOptions]-?: ModelOptions[Key] | undefined }

function withoutAbsent(options: PossiblyAbsent): ModelOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only absent values were taken out
  return Object.fromEntries(given) as ModelOptions
}
