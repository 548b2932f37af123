/** Models that are to stay: each until all who hold it have let go. */
export interface Holds {
  has(name: string): boolean
  hold(name: string): Disposable
}

/** @param onChange Told after each change of what holds of a model */
export function createHolds(onChange: (name: string) => void): Holds {
  const counts = new Map<string, number>()

  function change(name: string, by: 1 | -1): void {
    const count = (counts.get(name) ?? 0) + by
    if (count > 0) counts.set(name, count)
    else counts.delete(name)
    onChange(name)
  }

  return {
    has: (name) => counts.has(name),
    hold(name) {
      change(name, 1)
      const held = new DisposableStack()
      held.defer(() => change(name, -1))
      return held
    },
  }
}
