// A screen of tmux (`capture-pane -e -N -p`) as an SVG: a rectangle or text for each run of one colour.

/** In whole pixels, or seams would show between rectangles. */
const cell = { width: 9, height: 18, baseline: 14 }
const padding = 12
const colours = { ground: '#16181d', text: '#d4d6da' }

/**
 * All characters are one column wide.
 * @param {string} screen @param {{ title: string, width: number, height: number }} options columns and rows
 */
export function screenToSvg(screen, { title, width, height }) {
  const size = { width: width * cell.width + 2 * padding, height: height * cell.height + 2 * padding }
  const lines = screen.split('\n').slice(0, height)
  let style = {}
  const shapes = lines.map((line, row) => {
    const read = readLine(line, style)
    style = read.style
    return read.runs.map((run) => drawRun(run, row)).join('')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img">
<title>${escapeXml(title)}</title>
<style>text{font:15px "DejaVu Sans Mono",Menlo,Consolas,monospace;white-space:pre;fill:${colours.text}}.b{font-weight:bold}</style>
<rect width="100%" height="100%" rx="8" fill="${colours.ground}"/>
<g transform="translate(${padding} ${padding})">
${shapes.filter((shape) => shape !== '').join('\n')}
</g>
</svg>
`
}

/** The runs of a line; a style goes on until another one begins, on the next line too. */
function readLine(line, before) {
  let style = before
  let column = 0
  const runs = []
  for (const [index, part] of line.split('\u001b[').entries()) {
    const [, codes = '', text = ''] = index === 0 ? ['', '', part] : /^([\d;]*)m(.*)$/.exec(part)
    if (index > 0) style = restyle(style, codes.split(';').map(Number))
    if (text !== '') runs.push({ text, column, style })
    column += text.length
  }
  return { runs, style }
}

function restyle(before, codes) {
  let style = { ...before }
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at]
    if (code === 0) style = {}
    else if (code === 1) style.bold = true
    else if (code === 39) delete style.text
    else if (code === 49) delete style.ground
    else if ((code === 38 || code === 48) && codes[at + 1] === 5) {
      style[code === 38 ? 'text' : 'ground'] = ofPalette(codes[at + 2])
      at += 2
    }
  }
  return style
}

function drawRun({ text, column, style }, row) {
  const x = column * cell.width
  const y = row * cell.height
  const width = text.length * cell.width
  const ground = style.ground
    ? `<rect x="${x}" y="${y}" width="${width}" height="${cell.height}" fill="${style.ground}"/>`
    : ''
  const bare = text.trimEnd()
  if (bare === '') return ground
  const first = bare.length - bare.trimStart().length
  const attributes = [
    `x="${(column + first) * cell.width}"`,
    `y="${y + cell.baseline}"`,
    // Whatever font there is, the columns stay where they are.
    `textLength="${(bare.length - first) * cell.width}"`,
    'lengthAdjust="spacingAndGlyphs"',
    ...(style.text ? [`style="fill:${style.text}"`] : []),
    ...(style.bold ? ['class="b"'] : []),
  ]
  return `${ground}<text ${attributes.join(' ')}>${escapeXml(bare.slice(first))}</text>`
}

/** The six by six by six colours of 256, and the greys behind them; the first 16 are not used here. */
function ofPalette(index) {
  if (index >= 232) return hex(Array(3).fill(8 + (index - 232) * 10))
  const levels = [0, 95, 135, 175, 215, 255]
  const place = index - 16
  return hex([levels[Math.floor(place / 36)], levels[Math.floor(place / 6) % 6], levels[place % 6]])
}

function hex(parts) {
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
