import type { AnyTab } from '../contract.ts'
import { fit, onGround } from '../draw/fit.ts'
import type { Line, Span } from '../screen/span.ts'
import type { State } from './state.ts'

/** All tabs with their numbers; where there is no room, the titles of those that are not shown are shortened. */
export function viewTabBar({ tab: shown, size }: State, tabs: readonly AnyTab[]): Line {
  const labels = (letters: number, behind: string) =>
    tabs.map(({ id, title }, index) => {
      const key = id === 'help' ? '?' : String(index + 1)
      return id === shown ? ` ${key} ${title} ` : ` ${key} ${title.slice(0, letters)}${behind}`
    })
  const fits = (texts: readonly string[]) => texts.join('').length <= size.width
  let letters = Math.max(...tabs.map(({ title }) => title.length))
  let texts = labels(letters, ' ')
  while (letters > 1 && !fits(texts)) {
    texts = labels(letters, '')
    letters -= 1
  }
  const line = texts.map((text, index): Span => {
    const { id = '' } = tabs[index] ?? {}
    return { text, ground: id === shown ? 'active' : 'bar', click: { type: 'go', tab: id } }
  })
  return [...line, ...onGround(fit([], Math.max(0, size.width - texts.join('').length)), 'bar')]
}
