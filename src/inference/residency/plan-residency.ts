/** A model that takes memory: loaded, or on its way. */
export interface Resident {
  name: string
  bytes: number
  /** Anything that grows with time. */
  lastUsed: number
  /** Whether requests need it now, or it is being loaded. */
  inUse: boolean
  pinned: boolean
}

export type ResidencyPlan =
  /** Unload these, and the wanted model fits. */
  | { evict: string[] }
  /**
   * `too-large`: not even alone. `pinned`: not beside the pinned models. `busy`: not before some of those in use
   * are idle.
   */
  | { refuse: 'too-large' | 'pinned' | 'busy' }

/**
 * How to make room for one more model within a budget of bytes. Idle models go, the longest unused first, and no more
 * of them than needed; models in use and pinned ones stay. When that is not enough, nothing goes.
 */
export function planResidency(
  residents: readonly Resident[],
  { wantedBytes, budgetBytes }: { wantedBytes: number; budgetBytes: number },
): ResidencyPlan {
  if (wantedBytes > budgetBytes) return { refuse: 'too-large' }
  if (total(residents.filter(({ pinned }) => pinned)) + wantedBytes > budgetBytes) return { refuse: 'pinned' }
  const idle = residents
    .filter(({ inUse, pinned }) => !inUse && !pinned)
    .toSorted((one, other) => one.lastUsed - other.lastUsed)
  const evict: string[] = []
  let taken = total(residents)
  for (const { name, bytes } of idle) {
    if (taken + wantedBytes <= budgetBytes) break
    evict.push(name)
    taken -= bytes
  }
  return taken + wantedBytes <= budgetBytes ? { evict } : { refuse: 'busy' }
}

function total(residents: readonly Resident[]): number {
  return residents.reduce((sum, { bytes }) => sum + bytes, 0)
}
