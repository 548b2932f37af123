import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { list } from '../../../src/formats/openai-common/list.ts'

const allowed = 'must be 1 or 2 things'
const things = list(z.looseObject({ name: z.string('must be a string') }), { least: 1, most: 2, allowed })

describe('list', () => {
  it('takes what its items describe', () => {
    expect(things.parse([{ name: 'a', more: 1 }])).toEqual([{ name: 'a', more: 1 }])
  })

  it.each([[undefined], [null], [{}], ['ab'], [[]], [[1, 2, 3]]])('refuses %j', (value) => {
    expect(things.safeParse(value).error?.issues).toMatchObject([{ path: [], message: allowed }])
  })

  it('tells of the first element at fault alone', () => {
    expect(things.safeParse([{ name: 1 }, { name: 2 }]).error?.issues).toMatchObject([
      { path: [0, 'name'], message: 'must be a string' },
    ])
  })
})
