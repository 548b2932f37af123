import { ggmlTypes, type GgmlType } from './ggml-types.ts'
import { damagedHint, invalidFile, quoted } from './invalid-file.ts'
import type { GgufHeader, GgufTensor } from './read-gguf-header.ts'

/**
 * Checks that each tensor has a type the engine knows, whole blocks, and its bytes inside the file, one tensor
 * after another as the engine wants them.
 * @throws LlmdError `model_file_invalid`
 */
export function validateTensors(header: GgufHeader, options: { alignment: number; fileSize: number }): void {
  const dataStart = roundUp(header.bytes, options.alignment)
  let next = 0
  for (const tensor of header.tensors) {
    const size = tensorBytes(tensor)
    const end = dataStart + tensor.offset + size
    if (end > options.fileSize) {
      throw invalidFile(
        `is cut off: the tensor ${quoted(tensor.name)} ends at byte ${end}, the file at ${options.fileSize}.`,
        damagedHint,
      )
    }
    if (tensor.offset !== next) {
      throw invalidFile(
        `has the tensor ${quoted(tensor.name)} at ${tensor.offset} where ${next} is expected.`,
        damagedHint,
      )
    }
    next = roundUp(tensor.offset + size, options.alignment)
  }
}

/** Number of weights in a tensor. @throws LlmdError `model_file_invalid` where it is zero or beyond counting */
export function tensorElements({ name, dimensions }: GgufTensor): number {
  const elements = dimensions.reduce((product, length) => product * length, 1)
  if (elements > 0 && Number.isSafeInteger(elements)) return elements
  throw invalidFile(`gives the tensor ${quoted(name)} the dimensions ${dimensions.join(' x ')}.`, damagedHint)
}

function tensorBytes(tensor: GgufTensor): number {
  const elements = tensorElements(tensor)
  const { name, blockElements, blockBytes } = tensorType(tensor)
  const row = tensor.dimensions[0] ?? 0
  if (row % blockElements !== 0) {
    throw invalidFile(
      `gives the tensor ${quoted(tensor.name)} rows of ${row} elements; ${name} needs a multiple of ${blockElements}.`,
      damagedHint,
    )
  }
  return (elements / blockElements) * blockBytes
}

function tensorType({ name, type }: GgufTensor): GgmlType {
  const known = ggmlTypes.get(type)
  if (known) return known
  throw invalidFile(`has the tensor ${quoted(name)} in type ${type}, which the engine does not know.`)
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple
}
