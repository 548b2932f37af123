import type { Hono } from 'hono'
import { LlmdError } from '../errors.ts'
import type { HttpEnv } from './http-env.ts'
import { servedMethods } from './mount-resource.ts'
import { renderError, surfaceOf } from './render-error.ts'

/** Answers what no route is for: 405 at a path that is served with other methods, else 404. */
export function refuseUnserved(routes: Hono<HttpEnv>): void {
  routes.notFound((c) => {
    const { path, method } = c.env
    const surface = surfaceOf(path)
    const methods = servedMethods.filter((each) => isServed(routes, each, path))
    if (methods.length === 0) {
      return renderError(new LlmdError('not_found', 'There is nothing at this path.'), { surface })
    }
    const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ')
    return renderError(new LlmdError('method_not_allowed', `${method} is not a method of this path.`), {
      surface,
      headers: { allow },
    })
  })
}

/** Middleware is for all methods, and answers none. */
function isServed(routes: Hono<HttpEnv>, method: string, path: string): boolean {
  return routes.router.match(method, path)[0].some(([[, route]]) => route.method === method)
}
