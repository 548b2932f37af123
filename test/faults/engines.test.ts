import { expect, test } from 'vitest'
import type { LocalModel } from '../../src/inference/inference.ts'
import { scriptText } from '../fixtures/gguf/scripts.ts'
import { scriptedModel } from '../fixtures/models.ts'
import { ask, chatRequest, enginePid, openInference } from '../inference/local-inference.ts'
import { isLong, report } from './start-daemon.ts'

const silenceMs = isLong ? 15_000 : 2000
const deadlines = { loadSilenceMs: 120_000, acceptMs: 10_000, silenceMs, saveMs: 2000 }

test.for([
  ['SIGKILL', 1000],
  ['SIGSTOP', silenceMs + 3000],
] as const)(
  'an engine that meets %s in the middle of a stream costs that one an error in time; the next is answered',
  { timeout: 60_000 },
  async ([signal, withinMs]) => {
    using file = scriptedModel()
    const model: LocalModel = { name: 'scripted', path: file.path, options: { slots: 2, context: 32_768 } }
    await using inference = openInference({ deadlines })
    const events = inference.backend(model).stream(chatRequest('loop'), new AbortController().signal)
    let hitAt = 0
    const read = (async () => {
      for await (const event of events) {
        if (hitAt > 0 || event.type !== 'text-delta') continue
        process.kill(enginePid(inference, model.name), signal)
        hitAt = performance.now()
      }
    })()
    await expect(read).rejects.toMatchObject({ code: 'engine_failed' })
    const errorMs = Math.round(performance.now() - hitAt)
    expect(errorMs).toBeLessThan(withinMs)

    const asked = performance.now()
    const answer = await ask(inference, model, chatRequest('hi'))
    expect(answer.text).toBe(scriptText('greeting'))
    const answeredMs = Math.round(performance.now() - asked)
    expect(answeredMs).toBeLessThan(isLong ? 3000 : 10_000)
    report(`engine ${signal}`, { errorMs, answeredMs })
  },
)
