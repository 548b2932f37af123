import type { Action, AnyTab, App } from '../contract.ts'

/** What a command line means. */
export type Command =
  | { kind: 'none' | 'unknown' | 'quit' }
  | { kind: 'go'; tab: string }
  | { kind: 'act'; tab: string; action: Action<unknown>; argument?: string }

/**
 * Reads `quit`, `TAB`, `ACTION [ARGUMENT]` or `TAB ACTION [ARGUMENT]`. An action of the tab that is shown comes before
 * those of others.
 */
export function findCommand(line: string, tabs: readonly AnyTab[], shown: string): Command {
  const words = line.trim().split(/\s+/)
  const [first = '', second] = words
  if (first === '') return { kind: 'none' }
  if (first === 'quit' || first === 'q') return { kind: 'quit' }
  const named = tabs.find(({ id }) => id === first)
  if (named && second === undefined) return { kind: 'go', tab: named.id }
  const candidates = named ? [named] : tabs.toSorted((one, other) => rank(one, shown) - rank(other, shown))
  const [verb = '', ...rest] = named ? words.slice(1) : words
  for (const { id, actions } of candidates) {
    const action = actions.find(({ name }) => name === verb)
    if (action) return { kind: 'act', tab: id, action, ...(rest.length > 0 && { argument: rest.join(' ') }) }
  }
  return { kind: 'unknown' }
}

/** All command lines that begin so. */
export function completions(
  text: string,
  tabs: readonly AnyTab[],
  state: App & { readonly tab: string },
): string[] {
  const ordered = tabs.toSorted((one, other) => rank(one, state.tab) - rank(other, state.tab))
  const named = tabs.find(({ id }) => text.startsWith(`${id} `))
  const lines = named
    ? named.actions.flatMap((action) => linesOf(action, state).map((line) => `${named.id} ${line}`))
    : [
        ...ordered.flatMap(({ actions }) => actions.flatMap((action) => linesOf(action, state))),
        ...tabs.map(({ id }) => id),
        'quit',
      ]
  const fitting = [...new Set(lines)].filter((line) => line.startsWith(text))
  // Names come once the action before them is written.
  return fitting.filter((line) => !line.slice(text.length).trimStart().includes(' ') || text.includes(' '))
}

function linesOf(action: Action<unknown>, app: App): string[] {
  const { name } = action
  return [name, ...(action.choices?.(app) ?? []).map((choice) => `${name} ${choice}`)]
}

function rank({ id }: AnyTab, shown: string): number {
  return id === shown ? 0 : 1
}
