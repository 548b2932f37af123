/** A hand-over from whoever pushes to one reader who pulls. Ends or fails once; what was pushed before is read first. */
export interface EventQueue<Item> extends AsyncIterableIterator<Item> {
  push(item: Item): void
  end(): void
  fail(error: unknown): void
}

export function createEventQueue<Item>(): EventQueue<Item> {
  const items: Item[] = []
  let closed: { error?: unknown } | undefined
  let wake: (() => void) | undefined
  const close = (how: { error?: unknown }) => {
    closed ??= how
    wake?.()
  }
  return {
    push(item) {
      if (closed) return
      items.push(item)
      wake?.()
    },
    end: () => close({}),
    fail: (error) => close({ error }),
    async next() {
      for (;;) {
        const item = items.shift()
        if (item !== undefined) return { value: item, done: false }
        if (closed) {
          if ('error' in closed) throw closed.error
          return { value: undefined, done: true }
        }
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
