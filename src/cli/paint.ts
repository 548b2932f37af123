import { styleText } from 'node:util'

export type Style = Parameters<typeof styleText>[0]

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string

/** Colours for a terminal, unless NO_COLOR is set. */
export function paintFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const isColoured = stream.isTTY === true && !env['NO_COLOR']
  return (style, text) => (isColoured ? styleText(style, text, { validateStream: false }) : text)
}
