import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeRandomModel } from '../../test/fixtures/gguf/write-random-model.ts'

export type Quantization = 'Q8_0' | 'Q4_0'

/** Path of a random 0.1B model; written once, kept for the next run. */
export function benchModel(quantization: Quantization): string {
  const folder = join(tmpdir(), 'llmd-bench-models')
  const path = join(folder, `random-0.1B-${quantization}.gguf`)
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true })
    writeRandomModel(`${path}.part`, { parameters: '0.1B', quantization })
    renameSync(`${path}.part`, path)
  }
  return path
}
