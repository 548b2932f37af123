import { expect, test } from 'vitest'
import type { RequestStory } from '../../src/api/requests.ts'
import { displayWidth } from '../../src/cli/display-width.ts'
import { formatRequestHeading, formatRequestRow } from '../../src/cli/format-request-row.ts'
import { formatStory } from '../../src/cli/format-story.ts'

const story: RequestStory = {
  id: 'req_989febc26a4d45db84e893a0bff4f2ac',
  path: '/v1/chat/completions',
  model: 'best',
  token: 'id-1',
  token_name: 'laptop',
  started_at: '2026-01-31T12:00:00.000Z',
  status: 200,
  code: null,
  route: { strategy: 'fallback', targets: ['acme/large', 'local:mine'] },
  target: 'mine',
  provider: null,
  attempt_count: 2,
  attempts: [
    {
      target: 'acme/large',
      started_at: '2026-01-31T12:00:00.001Z',
      ms: 120,
      outcome: 'failed',
      code: 'upstream_error',
      status: 503,
    },
    {
      target: 'local:mine',
      started_at: '2026-01-31T12:00:00.121Z',
      ms: 2500,
      outcome: 'answered',
      code: null,
      status: 200,
    },
  ],
  model_wait_ms: 1500,
  turn_wait_ms: 2,
  first_byte_ms: 1700,
  ms: 2700,
  usage: { prompt_tokens: 12, cached_tokens: 4, completion_tokens: 50, reasoning_tokens: 0 },
}

test('a story tells who was tried, what was waited for, and what was used', () => {
  expect(formatStory(story, Date.parse('2026-01-31T12:01:00.000Z')).split('\n')).toEqual([
    'ID           req_989febc26a4d45db84e893a0bff4f2ac',
    'Path         /v1/chat/completions',
    'Status       200',
    'Started      2026-01-31T12:00:00.000Z (1 minute ago)',
    'Token        laptop',
    'Model        best',
    'Stands for   fallback: acme/large, local:mine',
    'Answered by  mine, here',
    'Waited       1.5s for the model, 2ms for a slot',
    'First byte   1.7s',
    'Took         2.7s',
    'Prompt       12 tokens, 4 of them cached',
    'Output       50 tokens',
    'Speed        50.0 tokens a second',
    '',
    'ATTEMPT     AFTER  TOOK   OUTCOME   STATUS  CODE',
    'acme/large  1ms    120ms  failed    503     upstream_error',
    'local:mine  121ms  2.5s   answered  200     -',
  ])
})

test('an old or open one tells what there is', () => {
  const old = formatStory({ ...story, route: null, attempts: null, model_wait_ms: null, turn_wait_ms: null })
  expect(old).toMatch(/^Attempts +2$/m)
  expect(old).not.toContain('Waited')
  const open = formatStory({ ...story, status: null, usage: null, attempts: [], first_byte_ms: null })
  expect(open).toMatch(/^Status +open$/m)
  expect(open).not.toContain('Prompt')
  expect(formatStory({ ...story, status: 499 })).toContain('499, the client left')
})

test.each([80, 81, 140])('a row fits %i columns below its heading', (width) => {
  const hostile = { ...story, model: '\u001b[2Jm'.repeat(30), token_name: 'x'.repeat(99) }
  for (const line of [formatRequestRow(story, width), formatRequestRow(hostile, width)]) {
    expect(displayWidth(line)).toBe(displayWidth(formatRequestHeading(width)))
    expect(displayWidth(line)).toBeLessThanOrEqual(width)
    expect(line).toContain(story.id)
    expect(line).not.toContain('\u001b')
  }
})
