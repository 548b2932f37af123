import { describe, expect, it } from 'vitest'
import { LlmdError, type ErrorCode } from '../../src/errors.ts'
import { judgeFailure } from '../../src/routing/judge-failure.ts'

describe('what a provider answers', () => {
  it.each([
    ['request', [400, 406, 413, 415, 418, 422, 451]],
    ['unsuited', [403, 404, 405, 501]],
    ['broken', [401, 402, 407]],
    ['passing', [408, 409, 425, 429, 500, 502, 503, 504, 529]],
  ] as const)('is of the kind %s for %j', (verdict, statuses) => {
    const error = new LlmdError('upstream_error', 'no')
    expect(statuses.map((upstreamStatus) => judgeFailure({ error, upstreamStatus }))).toEqual(
      statuses.map(() => verdict),
    )
  })
})

it.each([400, 402, 413, 429])(
  'a request that is too large says nothing of others, with %s',
  (upstreamStatus) => {
    const error = new LlmdError('upstream_error', 'no')
    expect(judgeFailure({ error, upstreamStatus, isTooLarge: true })).toBe('unsuited')
  },
)

describe('what llmd says itself', () => {
  it.each<[string, ErrorCode[]]>([
    [
      'request',
      ['invalid_request', 'invalid_json', 'request_too_large', 'request_cancelled', 'shutting_down'],
    ],
    [
      'unsuited',
      [
        'unsupported_by_model',
        'unsupported_content',
        'unsupported_schema',
        'context_length_exceeded',
        'rate_limit_exceeded',
        'sealed',
      ],
    ],
    ['broken', ['upstream_credentials', 'model_load_failed', 'model_quarantined', 'model_too_large']],
    [
      'passing',
      ['upstream_unreachable', 'upstream_timeout', 'upstream_error', 'overloaded', 'engine_failed'],
    ],
  ])('is of the kind %s for %j', (verdict, codes) => {
    const verdicts = codes.map((code) =>
      judgeFailure({ error: new LlmdError(code, 'no'), upstreamStatus: null }),
    )
    expect(verdicts).toEqual(codes.map(() => verdict))
  })
})
