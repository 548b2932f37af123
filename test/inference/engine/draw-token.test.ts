import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SamplingParameters } from '../../../src/chat/request.ts'
import { drawToken, type Logit } from '../../../src/inference/engine/draw-token.ts'
import { seededRandom } from '../../../src/inference/engine/seeded-random.ts'

const logits = fc
  .array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 30 })
  .map((values) =>
    values.toSorted((a, b) => b - a).map((logit, token): Logit => ({ token: token + 100, logit })),
  )

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

const parameters = (rest: Partial<SamplingParameters> = {}): SamplingParameters => ({
  temperature: 1,
  topP: 1,
  ...rest,
})

const someParameters = fc
  .record(
    {
      temperature: fc.double({ min: 0.01, max: 2, noNaN: true }),
      topP: fc.double({ min: 0, max: 1, noNaN: true }),
      topK: fc.integer({ min: 1, max: 40 }),
      minP: fc.double({ min: 0, max: 1, noNaN: true }),
    },
    { requiredKeys: ['temperature', 'topP'] },
  )
  .map((rest): SamplingParameters => parameters(rest))

/** Probabilities at temperature 1, in the order of the logits. */
function probabilities(of: readonly Logit[], temperature = 1): number[] {
  const weights = of.map(({ logit }) => Math.exp(logit / temperature))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

/** Every token that some random number draws. */
function drawable(of: readonly Logit[], asked: SamplingParameters): Set<number> {
  const steps = Array.from({ length: 2000 }, (_, index) => (index + 0.5) / 2000)
  return new Set(steps.map((step) => drawToken(of, asked, [], step)))
}

describe('drawToken', () => {
  test('at temperature 0 takes the likeliest, whatever else is asked', () => {
    fc.assert(
      fc.property(logits, someParameters, random, (of, asked, number) => {
        expect(drawToken(of, { ...asked, temperature: 0 }, [], number)).toBe(of[0]?.token)
      }),
    )
  })

  test('draws only tokens that top-k, top-p and min-p all leave in, and always one', () => {
    fc.assert(
      fc.property(logits, someParameters, random, (of, asked, number) => {
        const token = drawToken(of, asked, [], number)
        const rank = of.findIndex((one) => one.token === token)
        const all = probabilities(of)
        const among = probabilities(of.slice(0, asked.topK ?? of.length))
        const likelier = among.slice(0, rank).reduce((sum, one) => sum + one, 0)
        expect(rank).toBeGreaterThanOrEqual(0)
        expect(rank).toBeLessThan(asked.topK ?? Infinity)
        expect(rank === 0 || likelier < asked.topP + 1e-9).toBe(true)
        expect((all[rank] ?? 0) / (all[0] ?? 1)).toBeGreaterThanOrEqual(Math.min(asked.minP ?? 0, 1) - 1e-9)
      }),
    )
  })

  test('the likelier a token, the smaller the numbers that draw it', () => {
    fc.assert(
      fc.property(logits, someParameters, random, random, (of, asked, a, b) => {
        const rank = (number: number) =>
          of.findIndex(({ token }) => token === drawToken(of, asked, [], number))
        expect(rank(Math.min(a, b))).toBeLessThanOrEqual(rank(Math.max(a, b)))
      }),
    )
  })

  describe('the set it draws from', () => {
    // Probabilities 0.5, 0.25, 0.125, 0.0625, 0.0625.
    const halves = [0.5, 0.25, 0.125, 0.0625, 0.0625].map((share, token) => ({
      token,
      logit: Math.log(share),
    }))

    test.each<[Partial<SamplingParameters>, number[]]>([
      [{}, [0, 1, 2, 3, 4]],
      [{ topK: 2 }, [0, 1]],
      [{ topK: 99 }, [0, 1, 2, 3, 4]],
      [{ topP: 0.5 }, [0]],
      [{ topP: 0.51 }, [0, 1]],
      [{ topP: 0.8 }, [0, 1, 2]],
      [{ topP: 0 }, [0]],
      [{ minP: 0.5 }, [0, 1]],
      [{ minP: 0.13 }, [0, 1, 2]],
      [{ minP: 1 }, [0]],
      // Of the first two, the first has two thirds.
      [{ topK: 2, topP: 0.6 }, [0]],
      [{ temperature: 2, topP: 0.51 }, [0, 1]],
      [{ logitBias: { '0': -100 } }, [1, 2, 3, 4]],
      [{ logitBias: { '4': 100 } }, [4]],
      [{ logitBias: { '3': 100, '4': 100 } }, [3, 4]],
    ])('%j', (asked, expected) => {
      expect([...drawable(halves, parameters(asked))].toSorted((a, b) => a - b)).toEqual(expected)
    })
  })

  describe('what the answer has already', () => {
    const two = [
      { token: 0, logit: 2 },
      { token: 1, logit: 1 },
      { token: 2, logit: -1 },
    ]
    const greedy = (asked: Partial<SamplingParameters>, drawn: number[]) =>
      drawToken(two, parameters({ temperature: 0, ...asked }), drawn, 0)

    test.each<[Partial<SamplingParameters>, number[], number]>([
      [{ presencePenalty: 1.5 }, [], 0],
      [{ presencePenalty: 1.5 }, [0], 1],
      [{ presencePenalty: 0.9 }, [0, 0, 0, 0], 0],
      [{ frequencyPenalty: 0.4 }, [0, 0], 0],
      [{ frequencyPenalty: 0.4 }, [0, 0, 0], 1],
      [{ frequencyPenalty: 0.4, presencePenalty: 0.4 }, [0, 0], 1],
      [{ repeatPenalty: 1.9 }, [0], 0],
      [{ repeatPenalty: 2.1 }, [0, 0], 1],
      // Tokens less likely than even become the less likely, not the likelier.
      [{ repeatPenalty: 4, logitBias: { '0': -100, '1': -100 } }, [2], 2],
      [{ presencePenalty: -2 }, [1], 1],
      [{ frequencyPenalty: -2 }, [2, 2], 2],
    ])('%j after %j', (asked, drawn, expected) => {
      expect(greedy(asked, drawn)).toBe(expected)
    })

    test('a repeat penalty makes unlikely tokens yet less likely', () => {
      const below = [
        { token: 0, logit: -1 },
        { token: 1, logit: -1.5 },
      ]
      expect(drawToken(below, parameters({ temperature: 0, repeatPenalty: 2 }), [0], 0)).toBe(1)
    })
  })

  test.each([0.5, 1, 1.7])(
    'draws each as often as its probability says, at temperature %d',
    (temperature) => {
      const of = [2, 1.5, 1, 0, -0.5, -1].map((logit, token) => ({ token, logit }))
      const next = seededRandom(42)
      const draws = 20_000
      const counts = of.map(() => 0)
      for (let draw = 0; draw < draws; draw++) {
        const token = drawToken(of, parameters({ temperature }), [], next())
        counts[token] = (counts[token] ?? 0) + 1
      }
      const chiSquare = probabilities(of, temperature).reduce((sum, probability, token) => {
        const wanted = probability * draws
        return sum + ((counts[token] ?? 0) - wanted) ** 2 / wanted
      }, 0)
      // With five degrees of freedom, one in a thousand is above this.
      expect(chiSquare).toBeLessThan(20.5)
    },
  )

  test('there must be something to draw from', () => {
    expect(() => drawToken([], parameters(), [], 0)).toThrow('no token')
  })
})
