/**
 * A word as systemd.syntax(7) reads it: no specifier, one piece.
 * @param options.isCommand whether it is of a command, where systemd.service(5) replaces variables
 */
export function quoteWord(word: string, { isCommand }: { isCommand: boolean }): string {
  const plain = word.replaceAll('%', '%%')
  const literal = isCommand ? plain.replaceAll('$', '$$$$') : plain
  return /^[\w./:=@%$+,-]+$/.test(literal) ? literal : `"${literal.replaceAll(/[\\"]/g, '\\$&')}"`
}
