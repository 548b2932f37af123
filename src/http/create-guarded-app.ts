import { Hono } from 'hono'
import { getPath } from 'hono/utils/url'
import { toLlmdError } from '../errors.ts'
import { authenticate, type Trust } from './authenticate.ts'
import type { App } from './create-app.ts'
import { clientLeftStatus, type Followers, followRequests } from './follow-request.ts'
import { guardHost } from './guard-host.ts'
import { guardOrigin } from './guard-origin.ts'
import type { HttpEnv, RequestContext } from './http-env.ts'
import { refuseUnserved } from './refuse-unserved.ts'
import { renderError, surfaceOf } from './render-error.ts'
import { requireScope } from './require-scope.ts'

export interface GuardedApp extends App {
  /** None yet. Whoever gets to one was let through by every guard. */
  readonly routes: Hono<HttpEnv>
}

/**
 * Follows and guards each request before hono sees it. As middleware, each guard would cost its own promise and closures
 * at each request, and hono its faster way to a single handler.
 */
export function createGuardedApp(
  services: Followers &
    Trust & {
      /** Asked for at each request. */
      host: { readonly allowedHosts: string[] }
      /** Absent where they are not served. */
      metrics?: { readonly isPublic: boolean }
    },
): GuardedApp {
  const follower = followRequests(services)
  const checkHost = guardHost(services.host)
  const identify = authenticate(services)
  // Guards and routes must not disagree on what is asked for.
  const routes = new Hono<HttpEnv>({ getPath: (_, options) => options?.env?.path ?? '' })
  routes.onError((error, c) => renderFailure(error, c.env))
  refuseUnserved(routes)

  return {
    routes,
    async fetch(request, arrival) {
      const context = follower.begin(request, { arrival, path: getPath(request) })
      const { path, open } = context
      let response: Response
      try {
        checkHost(arrival)
        guardOrigin(context, request.headers)
        const found = identify(context, request.headers)
        const principal = found instanceof Promise ? await found : found
        context.principal = principal
        open.tokenId = principal.tokenId
        open.tokenName = principal.tokenName
        requireScope(path, principal)
        response = await routes.fetch(request, context)
      } catch (error) {
        response = renderFailure(error, context)
      }
      follower.end(context, response)
      return response
    },
  }
}

function renderFailure(cause: unknown, context: RequestContext): Response {
  if (context.open.clientLeft) return new Response(null, { status: clientLeftStatus })
  const error = toLlmdError(cause)
  context.failure = error
  return renderError(error, { surface: surfaceOf(context.path) })
}
