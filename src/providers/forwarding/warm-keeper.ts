/** Keeps a connection open for a while after its last request, for requests that come minutes apart. */
export interface WarmKeeper extends Disposable {
  /** There is a request. */
  use(): void
}

/** A connection that is idle is kept for a minute: it is used before. */
const tickMs = 25_000
const ticksApart = 2
/** Ten minutes. */
const mostTicks = 24

/** @param options.warm what uses the connection */
export function createWarmKeeper({ warm }: { warm: () => void }): WarmKeeper {
  /** Ticks since the last request. */
  let quiet = 0
  let timer: NodeJS.Timeout | undefined

  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }

  const tick = () => {
    quiet += 1
    if (quiet % ticksApart === 0) warm()
    if (quiet >= mostTicks) stop()
  }

  return {
    use() {
      quiet = 0
      timer ??= setInterval(tick, tickMs).unref()
    },
    [Symbol.dispose]: stop,
  }
}
