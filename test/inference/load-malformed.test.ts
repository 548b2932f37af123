import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EngineOptions, Inference } from '../../src/inference/inference.ts'
import { LlmdError } from '../../src/errors.ts'
import { malformedFiles } from '../fixtures/gguf/malformed-files.ts'
import { scriptedModel } from '../fixtures/models.ts'
import { ask, chatRequest, openInference } from './local-inference.ts'

let inference: Inference
let folder: string
let original: Buffer

beforeAll(() => {
  using model = scriptedModel()
  original = readFileSync(model.path)
  folder = mkdtempSync(join(tmpdir(), 'llmd-malformed-'))
  inference = openInference()
})

afterAll(async () => {
  await inference[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

/** Loads a model and asks it: what came of it, in words. */
async function outcome(name: string, path: string, options: EngineOptions): Promise<string> {
  try {
    await ask(inference, { name, path, options }, chatRequest('hi', { maxTokens: 4 }))
    await inference.unload(name)
    return 'answered'
  } catch (error) {
    return error instanceof LlmdError ? `${error.code}: ${error.message}` : String(error)
  }
}

const proper = /^(answered|(model_file_invalid|model_load_failed|engine_failed): .{20,})$/

/** Where llmd's own check has nothing to say, the reason is llama.cpp's. */
const reasons: Record<string, RegExp> = {
  'truncated by 64 bytes': /cut off/,
  'unknown architecture': /unknown model architecture: 'xlama'/,
  'tokenizer unknown': /unknown tokenizer/,
  'missing tensor': /output_norm\.weight/,
  'head_count 7': /wrong shape/,
}

// Without the look that `inspect` takes first: a file can change after it was added.
describe.concurrent('a malformed file that is loaded all the same', () => {
  test.each(malformedFiles)(
    '$name: is refused with a reason, or answers',
    { timeout: 10_000 },
    async (file) => {
      const path = join(folder, `${file.name.replaceAll(' ', '-')}.gguf`)
      writeFileSync(path, file.make(original))
      const what = await outcome(file.name, path, { context: 128, slots: 1 })
      expect(what).toMatch(proper)
      expect(what).toMatch(reasons[file.name] ?? '')
    },
  )
})

describe.concurrent('what is asked of a sound file', () => {
  test.each([
    [
      'contexts whose mere size cannot be reckoned with',
      { context: 10_000_000, slots: 64 },
      /64 slots of 10000000/,
    ],
    ['more slots than llama.cpp has', { context: 64, slots: 300 }, /256/],
  ])('%s: the load fails with the reason', async (name, options, reason) => {
    const path = join(folder, `sound-${options.slots}.gguf`)
    writeFileSync(path, original)
    await expect(outcome(name, path, options)).resolves.toMatch(reason)
    expect(inference.state(name)).toEqual({ state: 'unloaded' })
  })
})
