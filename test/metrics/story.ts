import type { RequestStory } from '../../src/api/requests.ts'

/** A chat that a local model answered, but for what is given. */
export function tell(changes: Partial<RequestStory> = {}): RequestStory {
  return {
    id: 'req_1',
    path: '/v1/chat/completions',
    model: 'small',
    token: 'id-of-laptop',
    token_name: 'laptop',
    started_at: '2026-01-31T12:00:00.000Z',
    status: 200,
    code: null,
    route: { strategy: null, targets: ['local:small'] },
    target: 'small',
    provider: null,
    attempt_count: 1,
    attempts: [attempt('local:small')],
    model_wait_ms: 0,
    turn_wait_ms: 20,
    first_byte_ms: 300,
    ms: 1300,
    usage: { prompt_tokens: 50, cached_tokens: 40, completion_tokens: 11, reasoning_tokens: 4 },
    streamed: true,
    ...changes,
  }
}

type Attempt = NonNullable<RequestStory['attempts']>[number]

export function attempt(target: string, changes: Partial<Attempt> = {}): Attempt {
  return {
    target,
    started_at: '2026-01-31T12:00:00.010Z',
    ms: 250,
    outcome: 'answered',
    code: null,
    status: 200,
    ...changes,
  }
}
