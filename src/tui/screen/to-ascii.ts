const lookalikes: Record<string, string> = {
  '─': '-',
  '│': '|',
  '╭': '+',
  '╮': '+',
  '╰': '+',
  '╯': '+',
  '█': '#',
  '░': '.',
  '…': '~',
  '●': '*',
  '○': 'o',
  '↵': '<',
  '↑': '^',
  '↓': 'v',
  '•': '*',
  '▌': '>',
  '▲': '^',
  '▼': 'v',
  '✓': '+',
  '✗': 'x',
}

const firstBraille = 0x2800

/** The same in ASCII, a character for a character: for terminals that show nothing else. */
export function toAscii(text: string): string {
  return text.replace(/[^\u0020-\u007e]/gu, (character) => lookalikes[character] ?? ofDots(character) ?? '?')
}

/** Braille stands in graphs: the more dots, the darker. */
function ofDots(character: string): string | undefined {
  const dots = character.charCodeAt(0) - firstBraille
  if (dots < 0 || dots > 255) return undefined
  let count = 0
  for (let rest = dots; rest > 0; rest >>= 1) count += rest & 1
  return ' .::+*###'[count]
}
