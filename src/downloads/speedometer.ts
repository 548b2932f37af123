const windowMs = 5000

/** How fast bytes have been coming lately. */
export interface Speedometer {
  add(bytes: number): void
  /** Bytes a second, over the last five seconds. */
  read(): number
}

export function createSpeedometer(now: () => number = () => performance.now()): Speedometer {
  const begun = now()
  let samples: { at: number; bytes: number }[] = []

  const trim = () => {
    const oldest = now() - windowMs
    if (samples[0] && samples[0].at < oldest) samples = samples.filter(({ at }) => at >= oldest)
  }
  return {
    add(bytes) {
      const at = now()
      const last = samples.at(-1)
      // Ten samples a second are enough.
      if (last && at - last.at < 100) last.bytes += bytes
      else samples.push({ at, bytes })
      trim()
    },
    read() {
      trim()
      const seconds = Math.max(Math.min(windowMs, now() - begun), 100) / 1000
      return Math.round(samples.reduce((sum, { bytes }) => sum + bytes, 0) / seconds)
    },
  }
}
