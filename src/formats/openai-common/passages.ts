import { z } from 'zod'

/** One passage or several, each a text or the numbers of its tokens. */
type Passages = string | string[] | number[] | number[][]

const mostPassages = 2048
const largestToken = 2 ** 31 - 1

const tokenNumbersForm = {
  type: 'array',
  items: { type: 'integer', minimum: 0, maximum: largestToken },
}

// Checked by hand: a union of schemas would tell of every element where each of them went wrong.
export const tokenNumbers = z
  .custom<number[]>(isTokenNumbers, 'must be an array of token numbers')
  .meta(tokenNumbersForm)

export function passages({ allowEmptyText }: { allowEmptyText: boolean }) {
  const isText = (value: unknown) => typeof value === 'string' && (allowEmptyText || value !== '')
  const isSeveral = (value: unknown) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= mostPassages &&
    (value.every(isText) || value.every(isTokens))
  const textForm = { type: 'string', ...(!allowEmptyText && { minLength: 1 }) }
  const tokensForm = { ...tokenNumbersForm, minItems: 1 }
  const severalOf = (items: object) => ({ type: 'array', items, minItems: 1, maxItems: mostPassages })
  return z
    .custom<Passages>(
      (value) => isText(value) || isTokens(value) || isSeveral(value),
      `must be a text, an array of token numbers, or an array of 1 to ${mostPassages} of either kind` +
        (allowEmptyText ? '' : '; none may be empty'),
    )
    .meta({ anyOf: [textForm, tokensForm, severalOf(textForm), severalOf(tokensForm)] })
}

export function separatePassages(given: Passages): (string | number[])[] {
  if (typeof given === 'string') return [given]
  return isTokenNumbers(given) ? [given] : given
}

function isTokens(value: unknown): boolean {
  return isTokenNumbers(value) && value.length > 0
}

function isTokenNumbers(value: unknown): value is number[] {
  return (
    Array.isArray(value) && value.every((item) => Number.isInteger(item) && item >= 0 && item <= largestToken)
  )
}
