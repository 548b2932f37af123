import { expect, it } from 'vitest'
import type { DaemonEvent } from '../../src/api/events.ts'
import { formatEvent } from '../../src/cli/format-event.ts'

const head = { id: 7, time: '2026-01-31T12:00:00.125Z' }

it.each<[DaemonEvent, string]>([
  [{ ...head, type: 'opened' }, 'opened'],
  [{ ...head, type: 'dropped', count: 3 }, 'dropped           count=3'],
  [
    { ...head, type: 'model.loading', name: 'owner/name:7b', progress: 0.25 },
    'model.loading     name=owner/name:7b  progress=0.25',
  ],
  [
    { ...head, type: 'model.failed', name: 'a', code: 'x', message: 'It "broke"\n\u001b[2J' },
    'model.failed      name=a  code=x  message="It \\"broke\\"\\n\\u001b[2J"',
  ],
  [
    {
      ...head,
      type: 'request.finished',
      request_id: 'req_1',
      path: '/v1/x',
      model: 'a\u202e',
      token_name: null,
      status: 200,
      code: null,
      ms: 5,
      target: null,
      wait_ms: null,
      first_byte_ms: 2,
      prompt_tokens: null,
      completion_tokens: 7,
    },
    'request.finished  request_id=req_1  path=/v1/x  model=a  status=200  ms=5  first_byte_ms=2  completion_tokens=7',
  ],
])('%j is one line', (event, line) => {
  const [clock = '', ...rest] = formatEvent(event).split('  ')
  expect(clock).toMatch(/^\d\d:\d\d:00\.125$/)
  expect(rest.join('  ')).toBe(line)
})
