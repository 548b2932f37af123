import type { RequestDefaults } from '../chat/request-defaults.ts'

/** Both, of which the first win. */
export function mergeDefaults(first: RequestDefaults, second: RequestDefaults = {}): RequestDefaults {
  // The first ones go in twice: they win, and they come first too, which decides between names of the same thing.
  const params = { ...first.params, ...second.params, ...first.params }
  return { ...second, ...first, ...(Object.keys(params).length > 0 && { params }) }
}
