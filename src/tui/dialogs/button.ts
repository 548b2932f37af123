import { span, type Click, type Line } from '../screen/span.ts'

/** A key of a dialog and what it does, which a click does too. */
export function button(key: string, title: string): Line {
  const click: Click = { type: 'key', key }
  const name = key.startsWith('C-') ? `^${key.slice(2).toUpperCase()}` : key === 'escape' ? 'esc' : key
  return [
    { ...span(` ${name} `, 'accent'), click, ground: 'bar' },
    { ...span(` ${title} `), click },
  ]
}
