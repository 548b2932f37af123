import type { AnyTab } from '../contract.ts'
import { fit, onGround } from '../draw/fit.ts'
import { span, type Line, type Span } from '../screen/span.ts'
import type { State } from './state.ts'

/** All tabs with their numbers; where there is no room, the titles of those that are not shown are shortened. */
export function viewTabBar({ tab: shown, size }: State, tabs: readonly AnyTab[]): Line {
  const labels = (letters: number) =>
    tabs.map(({ id, title }, index) => {
      const key = id === 'help' ? '?' : String(index + 1)
      return ` ${key} ${id === shown ? title : title.slice(0, letters)} `
    })
  const longest = Math.max(...tabs.map(({ title }) => title.length))
  let letters = longest
  while (letters > 1 && labels(letters).join('').length > size.width) letters -= 1
  const line = labels(letters).map((label, index): Span => {
    const { id = '' } = tabs[index] ?? {}
    const { text } = span(label)
    return { text, ground: id === shown ? 'active' : 'bar', click: { type: 'go', tab: id } }
  })
  return [...line, ...onGround(fit([], Math.max(0, size.width - labels(letters).join('').length)), 'bar')]
}
