import { expect, it } from 'vitest'
import { z } from 'zod'
import { invalidRequest } from '../../src/formats/invalid-request.ts'

const schema = z.strictObject({
  rpm: z.int('a whole number').optional(),
  list: z.array(z.object({ name: z.string('a text') })).optional(),
  headers: z.record(z.string().regex(/^[a-z]+$/, 'letters alone'), z.string()).optional(),
})

it.each([
  [{ rpm: 'x' }, 'rpm: a whole number.', 'rpm'],
  [{ list: [{ name: 1 }] }, 'list[0].name: a text.', 'list[0].name'],
  [{ headers: { '0': 'x' } }, 'headers.0: letters alone.', 'headers.0'],
  [{ wrong: 1 }, 'Unknown field: wrong.', 'wrong'],
])('%j names the field and what is wrong with it', (body, message, param) => {
  const { error } = schema.safeParse(body)
  expect(error && invalidRequest(error)).toMatchObject({ code: 'invalid_request', message, param })
})
