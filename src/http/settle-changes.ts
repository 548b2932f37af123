import type { HttpMiddleware } from './http-env.ts'

/** Answers whoever may have changed something only when it holds everywhere. */
export function settleChanges({ settle }: { settle: () => Promise<void> }): HttpMiddleware {
  return async (c, next) => {
    await next()
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') await settle()
  }
}
