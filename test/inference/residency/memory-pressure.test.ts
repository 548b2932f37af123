import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { readModelFile } from '../../../src/inference/gguf/read-model-file.ts'
import type { LocalModel } from '../../../src/inference/inference.ts'
import { estimateMemory } from '../../../src/inference/residency/estimate-memory.ts'
import { sparedBytes, watchMemory } from '../../../src/inference/residency/watch-memory.ts'
import { createLog } from '../../../src/log.ts'
import { scriptText } from '../../fixtures/gguf/scripts.ts'
import { scriptedModel, type TemporaryModel } from '../../fixtures/models.ts'
import { ask, chatRequest, openInference } from '../local-inference.ts'

let file: TemporaryModel
let bytes: number
beforeAll(async () => {
  file = scriptedModel()
  bytes = await estimateMemory(model('any'))
})
afterAll(() => file[Symbol.dispose]())

function model(name: string): LocalModel {
  return {
    name,
    path: file.path,
    options: { slots: 2, context: 512 },
    shape: readModelFile(file.path).shape,
  }
}

test('a model that the machine has no memory for now is refused, and loads once there is some', async () => {
  let available = bytes
  await using inference = openInference({ available: () => available })
  await expect(inference.load(model('a'))).rejects.toMatchObject({
    code: 'overloaded',
    status: 503,
    message: expect.stringContaining('of memory left'),
  })
  available = bytes + sparedBytes
  await inference.load(model('a'))
})

test('what the operator allowed is tried all the same', async () => {
  await using inference = openInference({ available: () => 1, memoryBytes: 10 * bytes })
  await inference.load(model('a'))
  expect(inference.state('a').state).toBe('ready')
})

test('an idle model goes for another when the machine has no memory for both', async () => {
  const loaded = () => ['a', 'b'].filter((name) => inference.state(name).state === 'ready').length
  const available = () => sparedBytes + Math.round(bytes * (1.5 - loaded()))
  await using inference = openInference({ available })
  for (const name of ['a', 'b']) {
    const answer = await ask(inference, model(name), chatRequest('hi'))
    expect(answer.text).toBe(scriptText('greeting'))
  }
  expect(inference.state('a')).toEqual({ state: 'unloaded' })
})

test('when memory runs low idle models go one by one, until it is low no more', async () => {
  let available = 0
  const idle = ['a', 'b', 'c']
  const evicted: string[] = []
  const lines: string[] = []
  const watch = watchMemory({
    available: () => available,
    evictOne() {
      const next = idle.shift()
      if (next !== undefined) evicted.push(next)
      if (evicted.length === 2) available = sparedBytes
      return next
    },
    log: createLog({ level: 'warn', write: (line) => lines.push(JSON.parse(line).model) }),
    everyMs: 5,
  })
  onTestFinished(() => watch[Symbol.dispose]())
  await vi.waitFor(() => expect(evicted).toEqual(['a', 'b']), { timeout: 10_000, interval: 20 })
  expect(lines).toEqual(['a', 'b'])
  expect(idle).toEqual(['c'])
})
