/** What is known under a hash, up to a number of entries; who was not asked for lately goes first. */
export interface RememberedTokens<Entry> {
  find(hash: string): Entry | undefined
  add(hash: string, entry: Entry): void
  delete(hash: string): void
}

/**
 * The second-chance algorithm: finding an entry changes no order, only a mark, so that it costs next to nothing.
 * @param options.most entries that are kept
 */
export function rememberVerified<Entry>({ most }: { most: number }): RememberedTokens<Entry> {
  const entries = new Map<string, { entry: Entry; used: boolean }>()

  function makeRoom(): void {
    for (const [hash, one] of entries) {
      if (entries.size < most) return
      entries.delete(hash)
      if (one.used) entries.set(hash, { entry: one.entry, used: false })
    }
  }

  return {
    find(hash) {
      const found = entries.get(hash)
      if (found) found.used = true
      return found?.entry
    },
    add(hash, entry) {
      makeRoom()
      entries.set(hash, { entry, used: false })
    },
    delete: (hash) => void entries.delete(hash),
  }
}
