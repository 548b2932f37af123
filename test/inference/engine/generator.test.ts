import { setImmediate as turn } from 'node:timers/promises'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { failing, logprobOf, wholeAnswer } from './babbling-model.ts'
import {
  expected,
  limits,
  observeGenerator,
  talkative,
  until,
  type Ask,
  type JobEvent,
} from './observe-generator.ts'

/** What became of a job. */
interface Course {
  ask: Ask
  context: number
  events: JobEvent[]
  tokens: number[]
  /** Number of its events when it was cancelled. */
  silentSince: number | undefined
  fault: number | undefined
  /** Tokens of its prompt that were computed with. */
  evaluated: number
}

/** Which of the statements about a job do not hold. */
function untrue({ ask, context, events, tokens, silentSince, fault, evaluated }: Course) {
  const wanted = expected(ask, context)
  const ends = events.filter(({ type }) => type !== 'token' && type !== 'scored')
  const scored = events.flatMap((event) => (event.type === 'scored' ? event.scored : []))
  const last = events.at(-1)
  const failed = last?.type === 'failure'
  const end = last?.type === 'end' ? last.end : undefined
  const statements = {
    'it ends, unless it is cancelled': ends.length > 0 || silentSince !== undefined,
    'it ends once, and nothing follows': ends.every((one) => one === last) && ends.length <= 1,
    'it is silent after its cancellation': silentSince === undefined || events.length === silentSince,
    'it says nothing but its own tokens': tokens.every((token, index) => token === wanted.tokens[index]),
    'it fails by its own fault only':
      !failed || (fault !== undefined && fault !== failing.release && fault !== failing.save),
    'a finished answer is whole': !end || tokens.length === wanted.tokens.length,
    'the reason is true': !end || end.reason === wanted.reason,
    'its tokens are counted': !end || end.tokens === wanted.tokens.length,
    'its prompt is scored first, in order': scored.every(
      ({ token, logprobs }, index) =>
        token === ask.prompt[index + 1] &&
        logprobs?.logprob === logprobOf(ask.prompt.slice(0, index + 1), token),
    ),
    'all of it is scored': !end || !ask.scores || scored.length === ask.prompt.length - 1,
    'what was scored was not cached': !end || !ask.scores || end.cachedTokens === 0,
    'what was cached was not computed': !end || end.cachedTokens === ask.prompt.length - evaluated,
  }
  return Object.entries(statements).flatMap(([statement, holds]) => (holds ? [] : [statement]))
}

/** Long enough for copying to be worth while. */
const shorter = Array.from({ length: 70 }, (_, index) => index % 5)
const longer = [...shorter, ...Array.from({ length: 70 }, (_, index) => index % 3)]
const beginnings = [[], [], shorter, longer]

const arrivals = fc.array(
  fc.record({
    beginning: fc.constantFrom(...beginnings),
    prompt: fc.array(fc.nat(2), { minLength: 1, maxLength: 20 }),
    /** May stand somewhere in the prompt and make a call fail. */
    fault: fc.option(fc.record({ kind: fc.constantFrom(...Object.values(failing)), at: fc.nat(19) }), {
      freq: 6,
    }),
    maxTokens: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
    toldAt: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
    scores: fc.boolean(),
    arrives: fc.nat(30),
    cancelledAfter: fc.option(fc.nat(20), { freq: 4 }),
  }),
  { minLength: 1, maxLength: 10 },
)

describe('createGenerator, over any order of arrival, cancellation and failure', () => {
  test('each job gets its own answer, one end, true counts, and leaves nothing behind', async () => {
    const setting = fc.record({ sequences: fc.integer({ min: 1, max: 4 }), clones: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(arrivals, setting, async (plans, { sequences, clones }) => {
        const context = 170
        const { model, generator, events, of, tokens, submit, ended } = observeGenerator({
          sequences,
          context,
          clones,
        })
        const asks = plans.map(({ beginning, fault, maxTokens, toldAt, scores, ...plan }, index): Ask => {
          const prompt = [...beginning, ...plan.prompt]
          if (fault) prompt[beginning.length + Math.min(fault.at, plan.prompt.length - 1)] = fault.kind
          return {
            id: `r${index}`,
            prompt,
            seed: index,
            scores,
            ...(maxTokens !== undefined && { maxTokens }),
            ...(toldAt !== undefined && { toldAt }),
          }
        })
        const silentSince = new Map<string, number>()
        const over = (id: string) => ended(id) || silentSince.has(id)
        for (let turns = 0; turns <= 50 || !asks.every(({ id }) => over(id)); turns++) {
          if (turns === 5000) throw new Error('it did not come to an end')
          for (const [index, { arrives, cancelledAfter }] of plans.entries()) {
            const one = asks[index]
            if (!one) continue
            if (arrives === turns) submit(one)
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
        for (const [index, ask] of asks.entries()) {
          const course: Course = {
            ask,
            context,
            events: of(ask.id),
            tokens: tokens(ask.id),
            silentSince: silentSince.get(ask.id),
            fault: plans[index]?.fault?.kind,
            evaluated: model.evaluatedFor.get(index) ?? 0,
          }
          expect(untrue(course)).toEqual([])
        }

        // All slots are there again: as many answers as there are sequences run side by side.
        const before = events.length
        const prompt = talkative(3)
        const afterwards = Array.from({ length: sequences }, (_, index) => `after-${index}`)
        for (const id of afterwards) submit({ id, prompt })
        await until(() => afterwards.every(ended))
        expect(Math.max(...model.batches.map(({ decode }) => decode.length))).toBe(sequences)
        expect(events.slice(before).every(({ id }) => id.startsWith('after-'))).toBe(true)
        expect(generator.waiting()).toBe(0)
      }),
      { numRuns: 300 },
    )
  })
})

describe('createGenerator', () => {
  test('answers in turn when there are more jobs than slots, first come first served', async () => {
    const { submit, events, ended } = observeGenerator({ sequences: 1 })
    const ids = ['a', 'b', 'c']
    for (const id of ids) submit({ id, prompt: talkative(4) })
    await until(() => ids.every(ended))
    expect(events.filter(({ type }) => type === 'end').map(({ id }) => id)).toEqual(ids)
  })

  test('a cancellation while slots are given out does not let the last job go first', async () => {
    const { model, generator, events, submit, ended } = observeGenerator({ sequences: 2 })
    // While the first job is admitted, the second, already meant for the other slot, is cancelled.
    model.beforeKeep = () => {
      generator.cancel('second')
      model.beforeKeep = undefined
    }
    for (const id of ['first', 'second', 'third', 'fourth']) submit({ id, prompt: talkative(4) })
    await until(() => ['first', 'third', 'fourth'].every(ended))
    const order = [...new Set(events.map(({ id }) => id))]
    expect(order).toEqual(['first', 'third', 'fourth'])
  })

  test('answers that run together are computed in the same batches', async () => {
    const { model, submit, ended } = observeGenerator()
    submit({ id: 'a', prompt: talkative(6), maxTokens: 6 })
    submit({ id: 'b', prompt: talkative(6), maxTokens: 6 })
    await until(() => ended('a') && ended('b'))
    const decoding = model.batches.filter(({ decode }) => decode.length > 0)
    expect(decoding).toHaveLength(6)
    expect(decoding.every(({ decode }) => decode.length === 2)).toBe(true)
  })

  test('a long prompt does not keep a running answer waiting', async () => {
    const { model, submit, of, ended } = observeGenerator()
    submit({ id: 'answer', prompt: talkative(20), maxTokens: 20 })
    await until(() => of('answer').length >= 2)
    const from = model.batches.length
    submit({ id: 'prompt', prompt: talkative(2, 40) })
    await until(() => ended('answer') && ended('prompt'))
    const reading = model.batches.slice(from).filter(({ prefill }) => prefill.length > 0)
    expect(reading.length).toBeGreaterThan(8)
    expect(reading.every(({ decode }) => decode.length === 1)).toBe(true)
  })

  test('goes on with a conversation from what its slot still holds', async () => {
    const { submit, end, ended } = observeGenerator()
    const opening = talkative(4)
    const { tokens } = wholeAnswer(opening, 4)
    submit({ id: 'one', prompt: opening, maxTokens: 4 })
    await until(() => ended('one'))
    const goesOn = [...opening, ...tokens, 1, 2]
    submit({ id: 'two', prompt: goesOn, maxTokens: 1 })
    await until(() => ended('two'))
    // The answer's last token was given out, but never computed with.
    expect(end('two')).toMatchObject({ tokens: 1, cachedTokens: opening.length + 3 })
  })

  test('the same prompt again is cached but for its last token, and answered the same', async () => {
    const { submit, end, tokens, ended } = observeGenerator()
    const prompt = talkative(5)
    submit({ id: 'one', prompt: prompt })
    await until(() => ended('one'))
    submit({ id: 'two', prompt: prompt })
    await until(() => ended('two'))
    expect(end('two')).toMatchObject({ cachedTokens: prompt.length - 1 })
    expect(tokens('two')).toEqual(tokens('one'))
  })

  test('counts those that wait, and forgets those that are cancelled', async () => {
    const { generator, submit, of, ended } = observeGenerator({ sequences: 1 })
    submit({ id: 'runs', prompt: talkative(4) })
    await until(() => of('runs').length > 0)
    for (const id of ['waits', 'waits too']) submit({ id, prompt: talkative(4) })
    expect(generator.waiting()).toBe(2)
    generator.cancel('waits')
    expect(generator.waiting()).toBe(1)
    await until(() => ended('waits too'))
    expect(of('waits')).toEqual([])
    expect(generator.waiting()).toBe(0)
  })

  test('a slot whose job failed starts anew', async () => {
    const { submit, of, end, ended } = observeGenerator({ sequences: 1 })
    submit({ id: 'fails', prompt: [1, 2, failing.generate] })
    await until(() => ended('fails'))
    submit({ id: 'works', prompt: [1, 2, 3] })
    await until(() => ended('works'))
    expect(of('fails')).toEqual([{ id: 'fails', type: 'failure' }])
    expect(end('works')).toMatchObject({ cachedTokens: 0 })
  })

  test('trouble after the end of an answer is not a second end', async () => {
    const { submit, of, ended } = observeGenerator({ sequences: 1 })
    const prompt = [failing.release, 1, 1]
    submit({ id: 'one', prompt: prompt, maxTokens: 1 })
    await until(() => ended('one'))
    submit({ id: 'two', prompt: prompt, maxTokens: 1 })
    await until(() => ended('two'))
    for (const id of ['one', 'two']) {
      expect(of(id).filter(({ type }) => type !== 'token')).toMatchObject([{ type: 'end' }])
    }
  })

  test('only reads a prompt of which no answer is wanted', async () => {
    for (const [id, prompt] of [
      ['long', talkative(4, 30)],
      ['short', [1]],
    ] as const) {
      const { model, submit, of, end, ended } = observeGenerator()
      submit({ id, prompt: [...prompt], maxTokens: 0, scores: true })
      await until(() => ended(id))
      expect(end(id)).toMatchObject({ reason: 'length', tokens: 0, cachedTokens: 0, tokensPerSecond: null })
      expect(of(id).filter(({ type }) => type === 'token')).toEqual([])
      expect(model.batches.flatMap(({ decode }) => decode)).toEqual([])
      expect(model.sequences.map(({ length }) => length)).toContain(prompt.length - 1)
    }
  })

  test('a prompt that is scored takes no slot from a conversation while there is an empty one', async () => {
    const { submit, end, ended } = observeGenerator()
    const opening = talkative(4, 20)
    submit({ id: 'talk', prompt: opening, maxTokens: 1 })
    await until(() => ended('talk'))
    submit({ id: 'scored', prompt: opening, maxTokens: 0, scores: true })
    await until(() => ended('scored'))
    submit({ id: 'goes on', prompt: [...opening, 1, 2], maxTokens: 1 })
    await until(() => ended('goes on'))
    expect(end('goes on')).toMatchObject({ cachedTokens: opening.length })
  })

  test('an answer ends where the context is full', async () => {
    const { submit, end, ended } = observeGenerator({ context: 10 })
    submit({ id: 'one', prompt: talkative(9) })
    await until(() => ended('one'))
    expect(end('one')).toMatchObject({ reason: 'length', tokens: 7 })
  })

  test('cancelling what is unknown, over or cancelled already changes nothing', async () => {
    const { generator, submit, events, ended } = observeGenerator()
    generator.cancel('nobody')
    submit({ id: 'one', prompt: talkative(4) })
    await until(() => ended('one'))
    const before = events.length
    generator.cancel('one')
    generator.cancel('one')
    await turn()
    expect(events).toHaveLength(before)
  })
})
