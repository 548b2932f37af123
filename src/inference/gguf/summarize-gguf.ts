import type { GgufSummary } from '../inference.ts'
import { fileTypes } from './file-types.ts'
import { ggmlTypes } from './ggml-types.ts'
import type { ModelMetadata } from './model-metadata.ts'
import { readModelShape } from './model-shape.ts'
import type { GgufHeader } from './read-gguf-header.ts'
import { tensorElements } from './validate-tensors.ts'

/** Of a model in several files, `sizeBytes` and `parameters` count the first file only. */
export function summarizeGguf(
  header: GgufHeader,
  model: ModelMetadata,
  { path, sizeBytes }: { path: string; sizeBytes: number },
): GgufSummary {
  return {
    path,
    sizeBytes,
    architecture: model.architecture,
    title: model.title,
    quantization: fileTypes.get(model.fileType ?? -1) ?? commonestType(header),
    parameters: header.tensors.reduce((sum, tensor) => sum + tensorElements(tensor), 0),
    trainedContext: model.contextLength,
    shape: readModelShape(header.metadata, model),
  }
}

/** The type that most weights are in. */
function commonestType({ tensors }: GgufHeader): string {
  const weights = new Map<number, number>()
  for (const tensor of tensors) {
    weights.set(tensor.type, (weights.get(tensor.type) ?? 0) + tensorElements(tensor))
  }
  const [commonest] = [...weights].toSorted(([, one], [, other]) => other - one)
  return ggmlTypes.get(commonest?.[0] ?? -1)?.name ?? 'unknown'
}
