import { modelNameSchema } from '../api/common.ts'
import { LlmdError } from '../errors.ts'
import type { Source } from './parse-source.ts'
import { fileNameOf } from './safe-path.ts'

/**
 * What a model is called where nobody says: `hf:unsloth/Qwen3-8B-GGUF:Q8_0` is `qwen3-8b:q8_0`, and a file has its own
 * name without the ending.
 * @throws LlmdError `invalid_request` where that makes no name
 */
export function defaultName(source: Source): string {
  const name = tidy(rawName(source))
  if (modelNameSchema.safeParse(name).success) return name
  throw new LlmdError('invalid_request', 'The source gives the model no name.', {
    hint: 'Give it one with --name.',
    param: 'name',
  })
}

function rawName(source: Source): string {
  if (source.kind === 'url') return stemOf(fileNameOf(source.url))
  if (source.file !== undefined) return stemOf(source.file.slice(source.file.lastIndexOf('/') + 1))
  const repo = source.repo.slice(source.repo.indexOf('/') + 1).replace(/-gguf$/i, '')
  return source.quantization === undefined ? repo : `${repo}:${source.quantization}`
}

function stemOf(file: string): string {
  return file.replace(/\.gguf$/i, '').replace(/-\d{5}-of-\d{5}$/, '')
}

function tidy(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9._:@+-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 128)
}
