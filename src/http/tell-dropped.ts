import type { HttpContext } from './http-env.ts'

/** Nothing is dropped silently; names that would not fit a header are the client's own riddle. */
export function tellDropped(c: HttpContext, dropped: string[]): void {
  const names = dropped.filter((name) => /^[\w.[\]-]{1,64}$/.test(name)).slice(0, 16)
  if (names.length > 0) c.header('x-llmd-dropped-params', names.join(', '))
}
