import { describe, expect, it } from 'vitest'
import type { ModelCheck } from '../../src/api/models.ts'
import { formatCheck } from '../../src/cli/format-check.ts'
import { formatUntil } from '../../src/cli/format-until.ts'
import { progressLine } from '../../src/cli/with-progress.ts'

const check: ModelCheck = {
  name: 'a',
  file: {
    path: '/a.gguf',
    size_bytes: 4_800_000,
    architecture: 'llama',
    title: null,
    quantization: 'Q8_0',
    parameters: 1,
    trained_context: 1,
  },
  memory: { needed_bytes: 195_000_000, budget_bytes: 20_000_000_000 },
  quarantined_since: null,
  loads: true,
  failure: null,
}

describe('formatCheck', () => {
  it('says what the file is, what it takes and that it loads', () => {
    const text = formatCheck(check)
    expect(text).toMatch(/Is +llama, Q8_0, 4\.8 MB/)
    expect(text).toMatch(/Needs +about 195 MB/)
    expect(text).toMatch(/Models may take +20\.0 GB/)
    expect(text).toMatch(/Loads +yes/)
    expect(text).not.toMatch(/Quarantined|Because/)
  })

  it('says why not, and what to do', () => {
    const failure = { code: 'model_load_failed', message: 'It broke.', hint: 'Mend it.' }
    const text = formatCheck({
      ...check,
      quarantined_since: '2026-01-01T00:00:00.000Z',
      loads: false,
      failure,
    })
    expect(text).toMatch(/Loads +no\nQuarantined +yes: .+ ago\nBecause +It broke\.\nHint +Mend it\./)
  })

  it('says that a quarantine is over', () => {
    expect(formatCheck({ ...check, quarantined_since: '2026-01-01T00:00:00.000Z' })).toMatch(
      /Quarantined +until now/,
    )
  })
})

describe('formatUntil', () => {
  const engine = {
    pid: 1,
    loaded_at: '2026-01-01T00:00:00.000Z',
    context: 1,
    slots: 1,
    slots_busy: 0,
    slot_tokens: [],
    context_used: 0,
    queued: 0,
    memory_bytes: 1,
    gpu: null,
    tokens_per_second: null,
    unload_at: null,
    pinned: false,
  }
  it.each([
    ['pinned', { pinned: true }],
    ['in 9 minutes', { unload_at: '2026-01-01T00:09:10.000Z' }],
    ['in use', { slots_busy: 1 }],
    ['stays', {}],
  ])('%s', (text, change) => {
    expect(formatUntil({ ...engine, ...change }, Date.parse('2026-01-01T00:00:00.000Z'))).toBe(text)
  })
})

describe('progressLine', () => {
  it.each([
    [0, '[                              ]   0 %'],
    [0.5, '[###############               ]  50 %'],
    [1, '[##############################] 100 %'],
    [7, '[##############################] 100 %'],
  ])('of %d', (fraction, bar) => expect(progressLine('Loading', fraction)).toBe(`Loading ${bar}`))
})
