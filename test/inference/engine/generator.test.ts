import { setImmediate as turn } from 'node:timers/promises'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createGenerator, type GeneratorRequest } from '../../../src/inference/engine/generator.ts'
import type { RequestEvent } from '../../../src/inference/protocol.ts'
import { createBabblingModel, failing, textOf, wholeAnswer } from './babbling-model.ts'

const limits = { prefillAlone: 12, prefillBesideDecode: 4 }

/** What one after the other would give: the whole answer, cut by hand. */
function expected({ prompt, maxTokens = Infinity, stop }: GeneratorRequest, context: number) {
  const most = Math.min(maxTokens, context - prompt.length)
  const { tokens, ended } = wholeAnswer(prompt, most)
  for (let count = 1; count <= tokens.length; count++) {
    const text = textOf(tokens.slice(0, count))
    const ends = stop.filter((one) => text.includes(one)).map((one) => text.indexOf(one) + one.length)
    if (ends.length === 0) continue
    const end = Math.min(...ends)
    const longest = Math.max(
      ...stop.filter((one) => text.slice(0, end).endsWith(one)).map(({ length }) => length),
    )
    return { text: text.slice(0, end - longest), completionTokens: count, reason: 'stop' }
  }
  // The answer is cut off at its last allowed token, before the model can say that it was the last.
  const reason = ended && tokens.length < most ? 'stop' : 'length'
  return { text: textOf(tokens), completionTokens: tokens.length, reason }
}

function start(options: { sequences?: number; context?: number; maxWaiting?: number } = {}) {
  const { sequences = 2, context = 64, maxWaiting = 100 } = options
  const model = createBabblingModel({ context, sequences })
  const events: RequestEvent[] = []
  const generator = createGenerator({ model, limits, maxWaiting, emit: (event) => events.push(event) })
  const of = (id: string) => events.filter((event) => event.id === id)
  return {
    model,
    generator,
    events,
    of,
    text: (id: string) =>
      of(id)
        .map((event) => (event.type === 'text' ? event.text : ''))
        .join(''),
    ended: (id: string) => of(id).some((event) => event.type !== 'text'),
  }
}

function request(id: string, prompt: number[], rest: Partial<GeneratorRequest> = {}): GeneratorRequest {
  return { id, prompt, sampling: { temperature: 0, topP: 1 }, stop: [], ...rest }
}

/** Lets batches be computed until the condition holds. */
async function until(condition: () => boolean) {
  for (let turns = 0; !condition(); turns++) {
    if (turns === 5000) throw new Error('it did not come to an end')
    await turn()
  }
}

/** A prompt that is answered with at least this many tokens. */
function talkative(least: number, length = 3): number[] {
  for (let first = 0; ; first++) {
    const prompt = Array.from({ length }, (_, index) => (first >> (index * 3)) & 7)
    if (wholeAnswer(prompt, least).tokens.length === least) return prompt
  }
}

/** What became of a request. */
interface Course {
  request: GeneratorRequest
  context: number
  events: RequestEvent[]
  text: string
  /** Number of its events when it was cancelled. */
  silentSince: number | undefined
  fault: number | undefined
  /** Tokens of its prompt that were computed with. */
  evaluated: number
}

/** Which of the statements about a request do not hold. */
function untrue({
  request: { prompt, ...rest },
  context,
  events,
  text,
  silentSince,
  fault,
  evaluated,
}: Course) {
  const wanted = expected({ prompt, ...rest }, context)
  const ends = events.filter(({ type }) => type !== 'text')
  const last = events.at(-1)
  const failed = last?.type === 'failed' ? last : undefined
  const finish = last?.type === 'finish' ? last : undefined
  const statements = {
    'it ends, unless it is cancelled': ends.length > 0 || silentSince !== undefined,
    'it ends once, and nothing follows': ends.every((end) => end === last) && ends.length <= 1,
    'it is silent after its cancellation': silentSince === undefined || events.length === silentSince,
    'it says nothing but its own text': wanted.text.startsWith(text),
    'it fails by its own fault only': !failed || (fault !== undefined && fault !== failing.release),
    'its failure is typed': !failed || failed.failure.code === 'engine_failed',
    'a finished answer is whole': !finish || text === wanted.text,
    'the reason is true': !finish || finish.reason === wanted.reason,
    'its prompt is counted': !finish || finish.usage.promptTokens === prompt.length,
    'its tokens are counted': !finish || finish.usage.completionTokens === wanted.completionTokens,
    'what was cached was not computed': !finish || finish.usage.cachedTokens === prompt.length - evaluated,
  }
  return Object.entries(statements).flatMap(([statement, holds]) => (holds ? [] : [statement]))
}

const arrivals = fc.array(
  fc.record({
    prompt: fc.array(fc.nat(2), { minLength: 1, maxLength: 20 }),
    /** May stand somewhere in the prompt and make a call fail. */
    fault: fc.option(fc.record({ kind: fc.constantFrom(...Object.values(failing)), at: fc.nat(19) }), {
      freq: 6,
    }),
    maxTokens: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
    stop: fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' '), minLength: 1, maxLength: 3 }), {
      maxLength: 2,
    }),
    arrives: fc.nat(30),
    cancelledAfter: fc.option(fc.nat(20), { freq: 4 }),
  }),
  { minLength: 1, maxLength: 10 },
)

describe('createGenerator, over any order of arrival, cancellation and failure', () => {
  test('each request gets its own text, one end, true counts, and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 4 }), async (plans, sequences) => {
        const context = 32
        const { model, generator, events, of, text, ended } = start({ sequences, context })
        const requests = plans.map((plan, index) => {
          const prompt = [...plan.prompt]
          if (plan.fault) prompt[Math.min(plan.fault.at, prompt.length - 1)] = plan.fault.kind
          const sampling = { temperature: 0, topP: 1, seed: index }
          const { maxTokens, stop } = plan
          return request(`r${index}`, prompt, {
            sampling,
            stop,
            ...(maxTokens !== undefined && { maxTokens }),
          })
        })
        const silentSince = new Map<string, number>()
        const over = (id: string) => ended(id) || silentSince.has(id)
        for (let turns = 0; turns <= 50 || !requests.every(({ id }) => over(id)); turns++) {
          if (turns === 5000) throw new Error('it did not come to an end')
          for (const [index, { arrives, cancelledAfter }] of plans.entries()) {
            const one = requests[index]
            if (!one) continue
            if (arrives === turns) generator.submit(one)
            if (cancelledAfter !== null && arrives + cancelledAfter === turns) {
              generator.cancel(one.id)
              silentSince.set(one.id, of(one.id).length)
            }
          }
          await turn()
        }
        await until(() => model.open.size === 0)

        expect(model.violations).toEqual([])
        for (const { decode, prefill } of model.batches) {
          const read = prefill.reduce((sum, { count }) => sum + count, 0)
          expect(read).toBeLessThanOrEqual(
            decode.length > 0 ? limits.prefillBesideDecode : limits.prefillAlone,
          )
        }
        for (const [index, one] of requests.entries()) {
          const course: Course = {
            request: one,
            context,
            events: of(one.id),
            text: text(one.id),
            silentSince: silentSince.get(one.id),
            fault: plans[index]?.fault?.kind,
            evaluated: model.evaluatedFor.get(index) ?? 0,
          }
          expect(untrue(course)).toEqual([])
        }

        // All slots are there again: as many answers as there are sequences run side by side.
        const before = events.length
        const prompt = talkative(3)
        for (let index = 0; index < sequences; index++) generator.submit(request(`after-${index}`, prompt))
        await until(() => Array.from({ length: sequences }).every((_, index) => ended(`after-${index}`)))
        expect(Math.max(...model.batches.map(({ decode }) => decode.length))).toBe(sequences)
        expect(events.slice(before).every(({ id }) => id.startsWith('after-'))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

describe('createGenerator', () => {
  test('answers in turn when there are more requests than slots, first come first served', async () => {
    const { generator, events, ended } = start({ sequences: 1 })
    const ids = ['a', 'b', 'c']
    for (const id of ids) generator.submit(request(id, talkative(4)))
    await until(() => ids.every(ended))
    expect(events.filter(({ type }) => type === 'finish').map(({ id }) => id)).toEqual(ids)
  })

  test('a cancellation while slots are given out does not let the last request go first', async () => {
    const { model, generator, events, ended } = start({ sequences: 2 })
    // While the first request is admitted, the second, already meant for the other slot, is cancelled.
    model.beforeKeep = () => {
      generator.cancel('second')
      model.beforeKeep = undefined
    }
    for (const id of ['first', 'second', 'third', 'fourth']) generator.submit(request(id, talkative(4)))
    await until(() => ['first', 'third', 'fourth'].every(ended))
    const order = [...new Set(events.map(({ id }) => id))]
    expect(order).toEqual(['first', 'third', 'fourth'])
  })

  test('answers that run together are computed in the same batches', async () => {
    const { model, generator, ended } = start()
    generator.submit(request('a', talkative(6), { maxTokens: 6 }))
    generator.submit(request('b', talkative(6), { maxTokens: 6 }))
    await until(() => ended('a') && ended('b'))
    const decoding = model.batches.filter(({ decode }) => decode.length > 0)
    expect(decoding).toHaveLength(6)
    expect(decoding.every(({ decode }) => decode.length === 2)).toBe(true)
  })

  test('a long prompt does not keep a running answer waiting', async () => {
    const { model, generator, of, ended } = start()
    generator.submit(request('answer', talkative(20), { maxTokens: 20 }))
    await until(() => of('answer').length >= 2)
    const from = model.batches.length
    generator.submit(request('prompt', talkative(2, 40)))
    await until(() => ended('answer') && ended('prompt'))
    const reading = model.batches.slice(from).filter(({ prefill }) => prefill.length > 0)
    expect(reading.length).toBeGreaterThan(8)
    expect(reading.every(({ decode }) => decode.length === 1)).toBe(true)
  })

  test('goes on with a conversation from what its slot still holds', async () => {
    const { generator, of, ended } = start()
    const opening = talkative(4)
    const { tokens } = wholeAnswer(opening, 4)
    generator.submit(request('one', opening, { maxTokens: 4 }))
    await until(() => ended('one'))
    const goesOn = [...opening, ...tokens, 1, 2]
    generator.submit(request('two', goesOn, { maxTokens: 1 }))
    await until(() => ended('two'))
    // The answer's last token was given out, but never computed with.
    expect(of('two').at(-1)).toMatchObject({
      usage: { promptTokens: goesOn.length, completionTokens: 1, cachedTokens: opening.length + 3 },
    })
  })

  test('the same prompt again is cached but for its last token, and answered the same', async () => {
    const { generator, of, text, ended } = start()
    const prompt = talkative(5)
    generator.submit(request('one', prompt))
    await until(() => ended('one'))
    generator.submit(request('two', prompt))
    await until(() => ended('two'))
    expect(of('two').at(-1)).toMatchObject({ usage: { cachedTokens: prompt.length - 1 } })
    expect(text('two')).toBe(text('one'))
  })

  test('refuses a request when too many wait already, and serves those that wait', async () => {
    const { generator, of, ended } = start({ sequences: 1, maxWaiting: 2 })
    const prompt = talkative(4)
    generator.submit(request('runs', prompt))
    await until(() => of('runs').length > 0)
    for (const id of ['waits', 'waits too', 'too many']) generator.submit(request(id, prompt))
    expect(of('too many')).toMatchObject([{ type: 'failed', failure: { code: 'overloaded' } }])
    await until(() => ended('waits too'))
    expect(['runs', 'waits', 'waits too'].map((id) => of(id).at(-1)?.type)).toEqual([
      'finish',
      'finish',
      'finish',
    ])
  })

  test('a cancelled request makes room among those that wait', async () => {
    const { generator, of, ended } = start({ sequences: 1, maxWaiting: 1 })
    const prompt = talkative(4)
    generator.submit(request('runs', prompt))
    await until(() => of('runs').length > 0)
    generator.submit(request('waits', prompt))
    generator.cancel('waits')
    generator.submit(request('comes later', prompt))
    await until(() => ended('comes later'))
    expect(of('waits')).toEqual([])
    expect(of('comes later').at(-1)?.type).toBe('finish')
  })

  test('a slot whose request failed starts anew', async () => {
    const { generator, of, ended } = start({ sequences: 1 })
    generator.submit(request('fails', [1, 2, failing.generate]))
    await until(() => ended('fails'))
    generator.submit(request('works', [1, 2, 3]))
    await until(() => ended('works'))
    expect(of('fails')).toMatchObject([{ type: 'failed', failure: { code: 'engine_failed' } }])
    expect(of('works').at(-1)).toMatchObject({ type: 'finish', usage: { cachedTokens: 0 } })
  })

  test('trouble after the end of an answer is not a second end', async () => {
    const { generator, of, ended } = start({ sequences: 1 })
    const prompt = [failing.release, 1, 1]
    generator.submit(request('one', prompt, { maxTokens: 1 }))
    await until(() => ended('one'))
    generator.submit(request('two', prompt, { maxTokens: 1 }))
    await until(() => ended('two'))
    for (const id of ['one', 'two']) {
      expect(of(id).filter(({ type }) => type !== 'text')).toMatchObject([{ type: 'finish' }])
    }
  })

  test('an answer ends where the context is full', async () => {
    const { generator, of, ended } = start({ context: 10 })
    generator.submit(request('one', talkative(9)))
    await until(() => ended('one'))
    expect(of('one').at(-1)).toMatchObject({ reason: 'length', usage: { completionTokens: 7 } })
  })

  test('cancelling what is unknown, over or cancelled already changes nothing', async () => {
    const { generator, events, ended } = start()
    generator.cancel('nobody')
    generator.submit(request('one', talkative(4)))
    await until(() => ended('one'))
    const before = events.length
    generator.cancel('one')
    generator.cancel('one')
    await turn()
    expect(events).toHaveLength(before)
  })
})
