import * as fc from 'fast-check'

/** A text, cut into pieces anywhere. */
export function pieces(text: string): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.nat({ max: text.length }), { maxLength: 12 }).map((cuts) => {
    const edges = [0, ...cuts.toSorted((one, other) => one - other), text.length]
    return edges.slice(1).map((edge, index) => text.slice(edges[index], edge))
  })
}
