import { LlmdError } from '../../errors.ts'
import type { LocalModel } from '../inference.ts'

/** The error for a model that no waiting would make fit. */
export function refusal(
  { name }: LocalModel,
  reason: 'too-large' | 'pinned',
  { wantedBytes, budgetBytes }: { wantedBytes: number; budgetBytes: number },
): LlmdError {
  const needs = `The model ${name} needs about ${gigabytes(wantedBytes)}`
  const may = `${gigabytes(budgetBytes)} is what all models together may take here`
  if (reason === 'pinned') {
    return new LlmdError('model_too_large', `${needs}; ${may}, and pinned models hold too much of it.`, {
      hint: 'Take the pin off one of them with llmd models edit NAME --no-pin, or end a deployment with llmd deployments stop ID.',
    })
  }
  return new LlmdError('model_too_large', `${needs}; ${may}.`, {
    hint: 'A smaller context, fewer slots or a smaller kv_type take less; models.memoryBytes sets what models may take.',
  })
}

/** The error for a model that would fit, if others did not take the memory of the machine. */
export function lowMemory(
  { name }: LocalModel,
  { wantedBytes, availableBytes }: { wantedBytes: number; availableBytes: number },
): LlmdError {
  return new LlmdError(
    'overloaded',
    `The model ${name} needs about ${gigabytes(wantedBytes)}, and the machine has ${gigabytes(availableBytes)} of memory left.`,
    { hint: 'End what else takes memory there, or set models.memoryBytes to have it tried all the same.' },
  )
}

/** The error for a request that waited in vain. */
export function noRoom({ name }: LocalModel, waitedMs: number): LlmdError {
  return new LlmdError(
    'overloaded',
    `There was no room for the model ${name} for ${waitedMs / 1000} s: the models that are loaded answer requests.`,
    { hint: 'Send the request again later, or let models take more memory with models.memoryBytes.' },
  )
}

/** The error for who would unload a model that answers. */
export function answering(name: string, requests: number): LlmdError {
  return new LlmdError('model_in_use', `The model ${name} is answering ${requests} requests.`, {
    hint: 'Wait until they are done.',
  })
}

/** The error for a request whose model was unloaded before it was there. */
export function unloaded({ name }: LocalModel): LlmdError {
  return new LlmdError('model_load_failed', `The model ${name} was unloaded while it was being loaded.`)
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`
}
