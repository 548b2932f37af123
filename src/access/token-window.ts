const secondMs = 1000
/** A minute, and the second in which it begins: what is counted is a little more than a minute, never less. */
const seconds = 61

/** The tokens that were used in the last minute, by the second. Times are of a clock that nobody sets. */
export interface TokenWindow {
  count(now: number): number
  add(tokens: number, now: number): void
  /** Milliseconds until fewer than `limit` are left in it; 0 where they are fewer. */
  untilFewer(limit: number, now: number): number
}

export function createTokenWindow(): TokenWindow {
  const secondOf = new Float64Array(seconds).fill(Number.NEGATIVE_INFINITY)
  const tokensOf = new Float64Array(seconds)

  const tokensIn = (second: number) => {
    const slot = slotOf(second)
    return secondOf[slot] === second ? tokensOf[slot]! : 0
  }

  const sum = (newest: number) => {
    let tokens = 0
    for (let back = 0; back < seconds; back++) tokens += tokensIn(newest - back)
    return tokens
  }

  return {
    count: (now) => sum(Math.floor(now / secondMs)),
    add(tokens, now) {
      const second = Math.floor(now / secondMs)
      const slot = slotOf(second)
      tokensOf[slot] = tokensIn(second) + tokens
      secondOf[slot] = second
    },
    untilFewer(limit, now) {
      const newest = Math.floor(now / secondMs)
      let left = sum(newest)
      if (left < limit) return 0
      let oldest = newest - seconds + 1
      while (left >= limit && oldest <= newest) {
        left -= tokensIn(oldest)
        oldest += 1
      }
      return (oldest - 1 + seconds) * secondMs - now
    },
  }
}

function slotOf(second: number): number {
  return ((second % seconds) + seconds) % seconds
}
