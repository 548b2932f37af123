/** How bars are drawn: in eighths of a column, or with what every terminal has. */
export type BarStyle = 'blocks' | 'ascii'

/** Bars are for people: undefined where nobody looks. */
export function barStyle(env: NodeJS.ProcessEnv, { isTTY }: { isTTY: boolean }): BarStyle | undefined {
  if (!isTTY) return undefined
  // The first of these that is set decides.
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''
  return /utf-?8/i.test(locale) && !env['NO_COLOR'] ? 'blocks' : 'ascii'
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** @param share of the width, 0 to 1; more than nothing is always seen */
export function drawBar(share: number, width: number, style: BarStyle): string {
  if (share <= 0) return ''
  if (style === 'ascii') return '#'.repeat(Math.max(1, Math.round(share * width)))
  const parts = Math.max(1, Math.round(share * width * 8))
  return '█'.repeat(Math.floor(parts / 8)) + eighths[parts % 8]
}
