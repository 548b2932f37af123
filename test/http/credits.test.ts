import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAdmission } from '../../src/access/admission.ts'
import { createSpending } from '../../src/access/spending.ts'
import { withoutToken } from '../../src/access/without-token.ts'
import type { ChatEvent } from '../../src/chat/event.ts'
import { LlmdError } from '../../src/errors.ts'
import { createLog } from '../../src/log.ts'
import { costOf } from '../../src/prices/cost-of.ts'
import { createLedger } from '../../src/usage/ledger.ts'
import { openUsage } from '../usage/open-ledger.ts'
import { overTcp } from './call.ts'
import { fakeApp, fakeBackend, textDelta } from './fake-services.ts'

/** What becomes of one request. */
const arbitraryRequest = fc.record({
  token: fc.constantFrom('t1', 't2', 't3'),
  stream: fc.boolean(),
  words: fc.nat(4),
  end: fc.constantFrom('whole', 'whole', 'fails', 'aborted'),
  isPriced: fc.boolean(),
})

type Asked = typeof arbitraryRequest extends fc.Arbitrary<infer Request> ? Request : never

const price = { input: 333_333, cachedInput: null, output: 1_234_567 }
const balance = 9
const mostOfRequest = costOf(price, used(4))

function used(words: number) {
  return { promptTokens: 7, cachedTokens: 3, completionTokens: words, reasoningTokens: 0 }
}

/** A model that does with each request what the last message says. */
const backend = fakeBackend({
  async *stream({ messages }, signal, observer): AsyncGenerator<ChatEvent> {
    const { words, end }: Asked = JSON.parse(messages.at(-1)?.content ?? '')
    const cut = () => observer?.onCut(Promise.resolve(used(words)))
    for (let word = 0; word < words; word++) {
      await Promise.resolve()
      yield textDelta(`${word} `)
    }
    if (end === 'fails') {
      cut()
      throw new LlmdError('engine_failed', 'It broke.')
    }
    if (end === 'aborted') {
      cut()
      await new Promise((_, reject) => {
        const abort = () => reject(signal.reason)
        if (signal.aborted) abort()
        else signal.addEventListener('abort', abort, { once: true })
      })
    }
    yield { type: 'choice-finish', choice: 0, reason: 'stop' }
    yield { type: 'finish', usage: used(words) }
  },
})

test('what tokens spent is what the ledger has, and what is left never falls below zero by more than was under way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryRequest, { maxLength: 30 }), fc.nat(6), async (requests, atOnce) => {
      const { table, thread } = await openUsage()
      const log = createLog({ level: 'error', write: () => {} })
      await using ledger = createLedger({ table, thread, log })
      const spending = createSpending()
      const fake = fakeApp({ backend, find: () => ({ kind: 'local', model: 'free', backend }) })
      Object.assign(fake.services, { ledger })
      Object.assign(
        fake.services.admission,
        createAdmission({
          spending,
          tariffOf: (model) => (model === 'free' ? null : (usage) => costOf(price, usage)),
        }),
      )
      fake.services.tokens.verify = (key) => ({
        ...withoutToken(['llm-all']),
        tokenId: key,
        tokenName: key,
        limits: key === 't3' ? null : { rpm: null, tpm: null, creditsUntil: balance, budget: null },
      })

      async function ask(asked: Asked) {
        const abort = new AbortController()
        const body = JSON.stringify({
          model: asked.isPriced ? 'test/model' : 'free',
          stream: asked.stream,
          messages: [{ role: 'user', content: JSON.stringify(asked) }],
        })
        const request = new Request('http://127.0.0.1:5563/v1/chat/completions', {
          method: 'POST',
          headers: { authorization: `Bearer ${asked.token}` },
          body,
          signal: abort.signal,
        })
        const answer = fake.app.fetch(request, overTcp)
        if (asked.end === 'aborted') setImmediate(() => abort.abort())
        await (await answer).text().catch(() => {})
      }
      for (let first = 0; first < requests.length; first += atOnce + 1) {
        await Promise.all(requests.slice(first, first + atOnce + 1).map(ask))
      }
      await expect.poll(() => fake.requests.active, { interval: 5 }).toBe(0)
      await ledger.flush()

      const again = createSpending({ before: await table.spending() })
      const rows = await table.all()
      for (const token of ['t1', 't2', 't3']) {
        const sum = rows.reduce((total, row) => (row.token === token ? total + row.microCredits : total), 0)
        expect([spending.total(token), again.total(token)]).toEqual([sum, sum])
        if (token !== 't3') expect(sum).toBeLessThan(balance + (atOnce + 1) * mostOfRequest)
      }
      for (const { status, microCredits, ...row } of rows) {
        const cost = row.model === 'free' || row.promptTokens === 0 ? 0 : costOf(price, { ...row })
        expect(microCredits).toBe(cost)
        if (status === 402) expect(microCredits).toBe(0)
      }
    }),
    { numRuns: 25 },
  )
})
