import type { Secret } from '../../secret.ts'

const shortestSecret = 8

/** Text of an upstream with the key taken out, should it repeat it. */
export function withoutKey(text: Buffer, key: Secret | null): Buffer {
  const value = key?.reveal() ?? ''
  if (value.length < shortestSecret || !text.includes(value)) return text
  return Buffer.from(
    text.toString('latin1').replaceAll(Buffer.from(value).toString('latin1'), '[secret]'),
    'latin1',
  )
}
