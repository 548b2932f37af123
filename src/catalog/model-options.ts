import { isAbsolute } from 'node:path'
import type { ModelOptions } from '../api/models.ts'
import { LlmdError } from '../errors.ts'
import type { StoredModelOptions } from '../storage/model-table.ts'

/** @throws LlmdError `invalid_request` for options that contradict each other, or that only one machine understands */
export function checkOptions(options: ModelOptions): void {
  const { kv_type, flash_attention, lora = [] } = options
  if (flash_attention === false && (kv_type === 'q8_0' || kv_type === 'q4_0')) {
    throw new LlmdError('invalid_request', `options: kv_type ${kv_type} needs flash attention.`, {
      hint: 'Leave flash_attention out, or take f16.',
      param: 'options.kv_type',
    })
  }
  for (const [index, { path }] of lora.entries()) {
    if (isAbsolute(path)) continue
    throw new LlmdError('invalid_request', `${JSON.stringify(path)} is not an absolute path.`, {
      hint: 'Give the full path of the adapter on the machine that the daemon runs on.',
      param: `options.lora[${index}].path`,
    })
  }
}

export function toStoredOptions(options: ModelOptions): StoredModelOptions {
  const { gpu_layers, kv_type, flash_attention, lora, rope_scaling, ...same } = options
  return {
    ...same,
    ...(gpu_layers !== undefined && { gpuLayers: gpu_layers }),
    ...(kv_type !== undefined && { kvType: kv_type }),
    ...(flash_attention !== undefined && { flashAttention: flash_attention }),
    ...(lora !== undefined && { lora }),
    ...(rope_scaling !== undefined && {
      ropeScaling: {
        type: rope_scaling.type,
        factor: rope_scaling.factor,
        ...(rope_scaling.original_context !== undefined && {
          originalContext: rope_scaling.original_context,
        }),
      },
    }),
  }
}

export function fromStoredOptions(options: StoredModelOptions): ModelOptions {
  const { gpuLayers, kvType, flashAttention, lora, ropeScaling, ...same } = options
  return {
    ...same,
    ...(gpuLayers !== undefined && { gpu_layers: gpuLayers }),
    ...(kvType !== undefined && { kv_type: kvType }),
    ...(flashAttention !== undefined && { flash_attention: flashAttention }),
    ...(lora !== undefined && { lora }),
    ...(ropeScaling !== undefined && {
      rope_scaling: {
        type: ropeScaling.type,
        factor: ropeScaling.factor,
        ...(ropeScaling.originalContext !== undefined && { original_context: ropeScaling.originalContext }),
      },
    }),
  }
}
