import type { Handler, Hono } from 'hono'
import type { HttpEnv } from './http-env.ts'

export const servedMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Serves a path with these methods, HEAD as GET; others are refused with 405. */
export function mountResource<Path extends string>(
  app: Hono<HttpEnv>,
  path: Path,
  handlers: Partial<Record<(typeof servedMethods)[number], Handler<HttpEnv, Path>>>,
): void {
  for (const [method, handler] of Object.entries(handlers)) app.on(method, path, handler)
}
