import type { EditModel } from '../api/models.ts'

type Option = NonNullable<EditModel['reset']>[number]

const options = {
  context: 'context',
  slots: 'slots',
  threads: 'threads',
  gpu: 'gpu',
  'gpu-layers': 'gpu_layers',
  'kv-type': 'kv_type',
  'flash-attention': 'flash_attention',
  lora: 'lora',
  'rope-scaling': 'rope_scaling',
  ttl: 'ttl',
  pin: 'pinned',
  preload: 'preload',
  description: 'description',
  tier: 'tier',
  system: 'system',
  temperature: 'temperature',
  'top-p': 'top_p',
  param: 'params',
} as const satisfies Record<string, Option>

type Flag = keyof typeof options

/** Flags of `models edit` that can be taken back. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of an object literal
export const resettableFlags = Object.keys(options) as Flag[]

/** What the API calls it. */
export function optionOfFlag(flag: Flag): Option {
  return options[flag]
}
