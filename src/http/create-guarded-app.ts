import { Hono } from 'hono'
import type { TokenStore } from '../access/token-store.ts'
import { LlmdError, toLlmdError } from '../errors.ts'
import { authenticate } from './authenticate.ts'
import { clientLeftStatus, followRequest, type Followers } from './follow-request.ts'
import { guardHost } from './guard-host.ts'
import { guardOrigin } from './guard-origin.ts'
import type { HttpEnv } from './http-env.ts'
import { renderError, surfaceOf } from './render-error.ts'
import { requireScope } from './require-scope.ts'
import { promptToolPaths } from './routes/prompt-tools.ts'

/** An app without routes yet. Whoever gets to one was let through by every guard. */
export function createGuardedApp(
  services: Followers & {
    tokens: Pick<TokenStore, 'verify'>
    /** Asked for at each request. */
    host: { readonly allowedHosts: string[] }
    /** Absent where they are not served. */
    metrics?: { readonly isPublic: boolean }
  },
): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()

  app.onError((error, c) => {
    if (c.get('open').clientLeft) return new Response(null, { status: clientLeftStatus })
    return renderError(toLlmdError(error), { surface: surfaceOf(c.req.path) })
  })
  app.notFound((c) =>
    renderError(new LlmdError('not_found', 'There is nothing at this path.'), {
      surface: surfaceOf(c.req.path),
    }),
  )

  app.use(followRequest(services))
  app.use(guardHost(services.host))
  app.use(guardOrigin())
  app.use(authenticate(services))
  for (const path of ['/v1/*', ...promptToolPaths]) app.use(path, requireScope('llm-all'))
  app.use('/llmd/*', requireScope('admin'))
  app.use('/metrics', requireScope('metrics', 'admin'))
  return app
}
