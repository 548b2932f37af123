/** A word of a command as systemd.syntax(7) and systemd.service(5) read it: no variable, no specifier, one piece. */
export function quoteWord(word: string): string {
  const literal = word.replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /^[\w./:=@%$+,-]+$/.test(literal) ? literal : `"${literal.replaceAll(/[\\"]/g, '\\$&')}"`
}
