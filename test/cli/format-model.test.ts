import { expect, test } from 'vitest'
import type { TargetHealth } from '../../src/api/models.ts'
import { formatHealth } from '../../src/cli/format-health.ts'
import { formatModel } from '../../src/cli/format-model.ts'
import { sampleLocal } from '../tui/samples.ts'

const created_at = '2026-01-01T00:00:00.000Z'
const ready: TargetHealth = { state: 'ready', retry_at: null, last_error: null }
const cooling: TargetHealth = {
  state: 'cooling',
  retry_at: new Date(Date.now() + 90_000).toISOString(),
  last_error: 'The provider openrouter did not answer.',
}

test('a remote model is shown with how it does', () => {
  const model = {
    kind: 'remote' as const,
    name: 'fast',
    description: null,
    tier: null,
    defaults: {},
    source: 'openrouter/meta/llama',
    created_at,
    provider: 'openrouter',
    model: 'meta/llama',
    alias: true,
  }
  const shown = formatModel({ ...model, health: cooling })
  expect(shown).toMatch(/^Provider +openrouter$/m)
  expect(shown).toMatch(/^Model +meta\/llama$/m)
  expect(shown).toMatch(/^State +cooling for 1 minute$/m)
  expect(shown).toMatch(/^Last error +The provider openrouter did not answer\.$/m)
  expect(formatModel({ ...model, health: null })).toMatch(/^State +gone$/m)
})

test('a routed model is shown with its targets, within 80 columns', () => {
  const shown = formatModel({
    kind: 'routed',
    name: 'best',
    description: null,
    tier: null,
    defaults: {},
    created_at,
    strategy: 'balance',
    targets: [
      { model: 'qwen3:8b', weight: 3, kind: 'local', health: ready },
      { model: 'fast', weight: 1, kind: 'remote', health: cooling },
      { model: 'others', weight: 1, kind: 'routed', health: null },
      { model: 'old', weight: 1, kind: null, health: null },
    ],
  })
  expect(shown).toMatch(/^Kind +routed, balance$/m)
  expect(shown).toMatch(/^TARGET +WEIGHT +KIND +STATE +LAST ERROR$/m)
  expect(shown).toMatch(/^qwen3:8b +3 +local +ready +-$/m)
  expect(shown).toMatch(/^fast +1 +remote +cooling for 1 minute +The provider openrouter did not/m)
  expect(shown).toMatch(/^others +1 +routed +- +-$/m)
  expect(shown).toMatch(/^old +1 +- +gone +-$/m)
  for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})

test.each<[TargetHealth | null, string]>([
  [ready, 'ready'],
  [{ ...ready, state: 'probing' }, 'probing'],
  [{ state: 'cooling', retry_at: '2026-01-01T00:00:04.200Z', last_error: null }, 'cooling for 5 seconds'],
  [null, 'gone'],
])('%j is %s', (health, text) => expect(formatHealth(health, Date.parse(created_at))).toBe(text))

test('what was said of a model is shown, and cannot disturb the terminal', () => {
  const shown = formatModel({
    kind: 'routed',
    name: 'best',
    description: 'Quick\u001b[2J',
    tier: 'small',
    defaults: { system: 'One\nTwo', temperature: 0, params: { stop: ['\u001b'], top_k: 40 } },
    created_at,
    strategy: 'fallback',
    targets: [],
  })
  expect(shown).toMatch(/^Description +Quick\[2J$/m)
  expect(shown).toMatch(/^Tier +small$/m)
  expect(shown).toMatch(/^System +One Two$/m)
  expect(shown).toMatch(/^Temperature +0$/m)
  expect(shown).toMatch(/^Parameter +stop=\["\\u001b"\]$/m)
  expect(shown).toMatch(/^Parameter +top_k=40$/m)
  expect(shown).not.toContain('Top-p')
})

test('of a loaded model it is shown how much of its context is used', () => {
  const shown = formatModel(sampleLocal)
  expect(shown).toMatch(/^Context used +5120 of 8192 tokens; slots: 5120, 0, 310, 0$/m)
})
