interface Running {
  controller: AbortController
  ended: Promise<void>
}

/** Works on items, a few at a time, in the order they were added. Disposing it halts all. */
export interface Queue<Item> extends AsyncDisposable {
  /** Nothing happens with one that waits or runs already. */
  add(item: Item): void
  isRunning(item: Item): boolean
  /** Resolves when the item neither waits nor runs. */
  halt(item: Item, reason: Error): Promise<void>
}

/** @param options.work Never rejects; ends soon once the signal is aborted */
export function createQueue<Item>(options: {
  mostRunning: number
  work: (item: Item, signal: AbortSignal) => Promise<void>
  /** Why everything is halted in the end. */
  endReason: Error
}): Queue<Item> {
  const { mostRunning, work, endReason } = options
  const waiting = new Set<Item>()
  const running = new Map<Item, Running>()
  let ending = false

  async function run(item: Item, signal: AbortSignal): Promise<void> {
    await work(item, signal)
    running.delete(item)
    pump()
  }

  function pump(): void {
    for (const item of waiting) {
      if (ending || running.size >= mostRunning) return
      waiting.delete(item)
      const controller = new AbortController()
      const entry: Running = { controller, ended: Promise.resolve() }
      running.set(item, entry)
      entry.ended = run(item, controller.signal)
    }
  }

  async function halt(item: Item, reason: Error): Promise<void> {
    waiting.delete(item)
    const found = running.get(item)
    found?.controller.abort(reason)
    await found?.ended
  }

  return {
    add(item) {
      if (ending || running.has(item)) return
      waiting.add(item)
      pump()
    },
    isRunning: (item) => running.has(item),
    halt,
    async [Symbol.asyncDispose]() {
      ending = true
      waiting.clear()
      await Promise.all([...running.keys()].map((item) => halt(item, endReason)))
    },
  }
}
