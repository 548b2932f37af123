/** Sessions of an upstream, and whose they are. */
export interface SessionOwners {
  readonly size: number
  add(id: string, client: string): void
  /** Whether the session is this client's; it counts as used. */
  isOf(id: string, client: string): boolean
  forget(id: string): void
}

/** Remembers the most recently used ones: who has a session that is forgotten is told to begin another. */
export function createSessionOwners(most: number): SessionOwners {
  const owners = new Map<string, string>()
  const put = (id: string, client: string) => {
    // Anew at the end: the first of the map is who has been quiet for the longest.
    owners.delete(id)
    owners.set(id, client)
    if (owners.size > most) owners.delete(owners.keys().next().value!)
  }
  return {
    get size() {
      return owners.size
    },
    add: put,
    isOf(id, client) {
      if (owners.get(id) !== client) return false
      put(id, client)
      return true
    },
    forget: (id) => void owners.delete(id),
  }
}
