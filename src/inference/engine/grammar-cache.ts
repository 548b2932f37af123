import { rememberRecent } from './remember-recent.ts'

/** Grammars are large and clients repeat themselves: the last few stay as they are. */
export const keptGrammars = 32

/** @returns `compile`, with its results remembered; the one used longest ago is forgotten first */
export function createGrammarCache<Grammar>(
  compile: (gbnf: string) => Promise<Grammar>,
): (gbnf: string) => Promise<Grammar> {
  const remember = rememberRecent<Promise<Grammar>>(keptGrammars)
  return (gbnf) => remember(gbnf, () => compile(gbnf))
}
