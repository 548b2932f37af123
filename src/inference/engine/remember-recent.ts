/** @returns a function that makes the value of a key, or remembers it: the last so many that were asked for */
export function rememberRecent<Value>(most: number): (key: string, make: () => Value) => Value {
  const known = new Map<string, { value: Value }>()
  return (key, make) => {
    const entry = known.get(key) ?? { value: make() }
    known.delete(key)
    known.set(key, entry)
    const [oldest] = known.keys()
    if (known.size > most && oldest !== undefined) known.delete(oldest)
    return entry.value
  }
}
