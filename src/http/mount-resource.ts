import type { Handler, Hono } from 'hono'
import { LlmdError } from '../errors.ts'
import type { HttpEnv } from './http-env.ts'
import { renderError, surfaceOf } from './render-error.ts'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** Serves a path with these methods, HEAD as GET, and refuses others with 405. */
export function mountResource<Path extends string>(
  app: Hono<HttpEnv>,
  path: Path,
  handlers: Partial<Record<Method, Handler<HttpEnv, Path>>>,
): void {
  for (const [method, handler] of Object.entries(handlers)) app.on(method, path, handler)
  const methods = Object.keys(handlers)
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ')
  app.all(path, (c) =>
    renderError(new LlmdError('method_not_allowed', `${c.req.method} is not a method of this path.`), {
      surface: surfaceOf(c.req.path),
      headers: { allow },
    }),
  )
}
