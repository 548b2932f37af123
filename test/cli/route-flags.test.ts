import { expect, test } from 'vitest'
import { givenRoute } from '../../src/cli/route-flags.ts'

test.each([
  [{}, {}],
  [{ target: ['a', 'b'] }, { targets: [{ model: 'a' }, { model: 'b' }] }],
  [
    { target: ['a', 'b'], weight: [3, 1], strategy: 'balance' as const },
    {
      targets: [
        { model: 'a', weight: 3 },
        { model: 'b', weight: 1 },
      ],
      strategy: 'balance',
    },
  ],
  [{ strategy: 'fallback' as const }, { strategy: 'fallback' }],
])('%j is said to the API as %j', (flags, said) => expect(givenRoute(flags)).toEqual(said))

test.each([{ weight: [1] }, { target: ['a', 'b'], weight: [1] }, { target: ['a'], weight: [1, 2] }])(
  '%j do not go together',
  (flags) => expect(() => givenRoute(flags)).toThrow(expect.objectContaining({ code: 'invalid_request' })),
)
