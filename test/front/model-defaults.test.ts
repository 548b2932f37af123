import { expect, test } from 'vitest'
import { makeSnapshot } from '../../src/front/make-snapshot.ts'
import { toFrontSchema } from '../../src/front/protocol.ts'
import { fakeProviders, openIdleCatalog } from '../catalog/idle-catalog.ts'
import { someSnapshot } from './some-snapshot.ts'

test('a front knows the defaults of the models that it forwards', async () => {
  await using opened = await openIdleCatalog({ providers: fakeProviders({ lab: ['lab/x'] }) })
  const { catalog } = opened
  const defaults = { system: 'Be brief.', top_p: 0.5, params: { stop: ['a'], vendor: { deep: true } } }
  await catalog.add({ name: 'fast', source: 'lab/x', defaults })
  await catalog.add({ name: 'best', targets: [{ model: 'fast' }], defaults })
  const { tokens, settings } = someSnapshot()
  const snapshot = makeSnapshot({
    tokens: { known: () => tokens },
    catalog,
    providers: { connections: () => [] },
    capture: { active: null },
    prices: { hasAny: false },
    settings,
  })
  const wire: unknown = JSON.parse(JSON.stringify({ type: 'snapshot', version: 1, snapshot }))
  const read = toFrontSchema.parse(wire)
  const names = read.type === 'snapshot' ? read.snapshot.names : []
  const { top_p: topP, ...same } = defaults
  for (const name of ['fast', 'best']) {
    expect(names.find((one) => one.name === name)).toMatchObject({ defaults: { ...same, topP } })
  }
  expect(names.find(({ name }) => name === 'lab/x')).not.toHaveProperty('defaults')
})
