const intervalMs = 100

interface ProgressThrottle extends Disposable {
  update(fraction: number): void
}

/** Tells how far something is at most ten times a second. What it is told last is told late, but never lost. */
export function throttleProgress(tell: (fraction: number) => void): ProgressThrottle {
  let latest: number | undefined
  let timer: NodeJS.Timeout | undefined
  let over = false

  function flush(): void {
    timer = undefined
    if (latest === undefined) return
    tell(latest)
    latest = undefined
    timer = setTimeout(flush, intervalMs)
  }

  return {
    update(fraction) {
      if (over) return
      latest = fraction
      if (!timer) flush()
    },
    [Symbol.dispose]() {
      over = true
      clearTimeout(timer)
    },
  }
}
