import { codePointsOf, complement } from '../grammar/code-points.ts'
import { characterClass } from '../grammar/gbnf.ts'
import { literal, type GrammarBuilder } from '../grammar/grammar-builder.ts'

/**
 * Adds rules for any text, also none, in which the marker does not occur: one for each beginning of the marker that
 * the text may end with (Knuth, Morris and Pratt).
 * @returns the first one's name
 */
export function textWithout(builder: GrammarBuilder, marker: string): string {
  const characters = Array.from(marker)
  const bodyOf = (matched: number) => {
    const onward = new Map(
      characters.map((next) => [next, longestMatch(characters, [...characters.slice(0, matched), next])]),
    )
    const steps = [...onward].filter(([, reached]) => reached > 0)
    const elsewhere = characterClass(complement(codePointsOf(steps.map(([next]) => next).join(''))))
    return [
      '""',
      ...steps
        .filter(([, reached]) => reached < characters.length)
        .map(([next, reached]) => `${literal(next)} ${ruleOf(reached)}`),
      `${elsewhere} ${ruleOf(0)}`,
    ].join(' | ')
  }
  for (const matched of characters.keys()) builder.rule(ruleOf(matched), bodyOf(matched))
  return ruleOf(0)
}

/** Of the text so far so many characters may begin the marker. */
const ruleOf = (matched: number) => `free-text-${matched}`

/** Length of the longest beginning of the marker that a text ends with. */
function longestMatch(marker: readonly string[], text: readonly string[]): number {
  let length = Math.min(marker.length, text.length)
  while (marker.slice(0, length).join('') !== text.slice(text.length - length).join('')) length--
  return length
}
