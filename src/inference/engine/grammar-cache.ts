/** Grammars are large and clients repeat themselves: the last few stay compiled. */
const kept = 32

/** @returns `compile`, with its results remembered; the one used longest ago is forgotten first */
export function createGrammarCache<Grammar>(
  compile: (gbnf: string) => Promise<Grammar>,
): (gbnf: string) => Promise<Grammar> {
  const cache = new Map<string, Promise<Grammar>>()
  return (gbnf) => {
    const grammar = cache.get(gbnf) ?? compile(gbnf)
    cache.delete(gbnf)
    cache.set(gbnf, grammar)
    const [oldest] = cache.keys()
    if (cache.size > kept && oldest !== undefined) cache.delete(oldest)
    return grammar
  }
}
