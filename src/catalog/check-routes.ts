import { LlmdError } from '../errors.ts'

/** How many routed models may stand one behind the other. */
const deepest = 3

/**
 * Holds for all routed models that none leads to itself and none is nested too deep.
 * @param routes For each routed model the names that it stands for
 * @throws LlmdError `invalid_request`
 */
export function checkRoutes(routes: ReadonlyMap<string, string[]>): void {
  for (const name of routes.keys()) {
    if (depthOf(name, { routes, path: [] }) <= deepest) continue
    throw new LlmdError(
      'invalid_request',
      `${name} would stand for routed models nested more than ${deepest} deep.`,
      { hint: 'Name the models themselves as targets.', param: 'targets' },
    )
  }
}

function depthOf(
  name: string,
  { routes, path }: { routes: ReadonlyMap<string, string[]>; path: string[] },
): number {
  const targets = routes.get(name)
  if (!targets) return 0
  const way = [...path, name]
  if (path.includes(name)) {
    throw new LlmdError('invalid_request', `A model cannot stand for itself: ${way.join(' -> ')}.`, {
      hint: 'Leave one of these targets out.',
      param: 'targets',
    })
  }
  return 1 + Math.max(...targets.map((target) => depthOf(target, { routes, path: way })))
}
