/** Decides when the screen is drawn. */
export interface Frames {
  /** `soon`: after a key. `later`: with what else happens in the next moment. */
  request(when: 'soon' | 'later'): void
  now(): void
  /** Nothing is drawn from now on. */
  end(): void
}

/** Nobody sees more pictures a second than this makes. */
const laterMs = 33

export function createFrames(draw: () => void): Frames {
  let isOver = false
  let timer: NodeJS.Timeout | undefined
  let immediate: NodeJS.Immediate | undefined

  const now = () => {
    clear()
    draw()
  }
  const clear = () => {
    clearTimeout(timer)
    clearImmediate(immediate)
    timer = undefined
    immediate = undefined
  }
  return {
    request(when) {
      if (immediate || isOver) return
      if (when === 'soon') immediate = setImmediate(now)
      else timer ??= setTimeout(now, laterMs)
    },
    now,
    end() {
      isOver = true
      clear()
    },
  }
}
