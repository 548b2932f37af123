/** Numbers from 0 (inclusive) to 1 that depend on the seed alone (mulberry32, by Tommy Ettinger). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Any whole number as one of 31 bits, since llama.cpp takes the largest of 32 for none; without one, a random one. */
export function toSeed(seed: number | undefined): number {
  return seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(BigInt.asUintN(31, BigInt(seed)))
}
