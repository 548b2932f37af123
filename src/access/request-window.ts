const minuteMs = 60_000
const firstRoom = 64

/** The requests of the last minute, to the millisecond. Times are of a clock that nobody sets, and never go back. */
export interface RequestWindow {
  count(now: number): number
  add(now: number): void
  /** Milliseconds until fewer than `limit` are left in it; 0 where they are fewer. */
  untilFewer(limit: number, now: number): number
}

export function createRequestWindow(): RequestWindow {
  // A ring: `count` times, the oldest at `first`.
  let times = new Float64Array(firstRoom)
  let first = 0
  let count = 0

  const at = (index: number) => times[(first + index) % times.length]!

  const forget = (now: number) => {
    while (count > 0 && at(0) <= now - minuteMs) {
      first = (first + 1) % times.length
      count -= 1
    }
  }

  const grow = () => {
    const larger = new Float64Array(times.length * 2)
    for (let index = 0; index < count; index++) larger[index] = at(index)
    times = larger
    first = 0
  }

  return {
    count(now) {
      forget(now)
      return count
    },
    add(now) {
      forget(now)
      if (count === times.length) grow()
      times[(first + count) % times.length] = now
      count += 1
    },
    untilFewer(limit, now) {
      forget(now)
      return count < limit ? 0 : at(count - limit) + minuteMs - now
    },
  }
}
