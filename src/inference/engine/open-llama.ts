import { getLlama, LlamaLogLevel, NoBinaryFoundError, type Llama } from 'node-llama-cpp'
import { LlmdError } from '../../errors.ts'
import type { EngineOptions } from '../inference.ts'

/** llama.cpp with its device opened, and no model yet. */
export interface OpenLlama {
  readonly llama: Llama
  /** What it said that went wrong, as far as heard. */
  readonly complaints: readonly string[]
}

/** Takes a third of a second, whatever is loaded afterwards. @throws LlmdError `gpu_unavailable` */
export async function openLlama(gpu: NonNullable<EngineOptions['gpu']>): Promise<OpenLlama> {
  const complaints: string[] = []
  try {
    const llama = await getLlama({
      build: 'never',
      gpu: gpu === 'off' ? false : gpu,
      logLevel: LlamaLogLevel.error,
      logger(level, text) {
        if (level === LlamaLogLevel.error || level === LlamaLogLevel.fatal) complaints.push(text.trim())
      },
    })
    // On some systems the library takes the CPU for what it has never heard of.
    if (gpu !== 'auto' && gpu !== 'off' && llama.gpu !== gpu) throw unavailable(gpu)
    return { llama, complaints }
  } catch (error) {
    throw error instanceof NoBinaryFoundError ? unavailable(gpu, error) : error
  }
}

function unavailable(gpu: string, cause?: unknown): LlmdError {
  return new LlmdError('gpu_unavailable', `There is no ${gpu} device that llmd can use here.`, {
    hint: 'Take gpu auto, which falls back to the CPU, or off.',
    cause,
  })
}
