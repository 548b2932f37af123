/** One picture's time: what comes within it is seen at once. */
const batchMs = 33

/** Hands on what comes, all of a moment together. */
export function inBatches<Item>(take: (items: readonly Item[]) => void): (item: Item) => void {
  let waiting: Item[] = []
  return (item) => {
    waiting.push(item)
    if (waiting.length > 1) return
    setTimeout(() => {
      const items = waiting
      waiting = []
      take(items)
    }, batchMs)
  }
}
