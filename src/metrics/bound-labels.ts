/** The label of whatever comes after the bound is reached. */
export const otherLabel = 'other'

/** Lets the first so many values through, for good, and calls all further ones `other`. */
export function boundLabels({ most }: { most: number }): (value: string) => string {
  const known = new Set<string>()
  return (value) => {
    if (known.has(value)) return value
    if (known.size >= most) return otherLabel
    known.add(value)
    return value
  }
}
