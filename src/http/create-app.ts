import type { Arrival } from './arrival.ts'
import { concludeRequest } from './conclude-request.ts'
import { createGuardedApp } from './create-guarded-app.ts'
import { mountRoutes } from './mount-routes.ts'
import type { HttpServices } from './services.ts'
import { settleChanges } from './settle-changes.ts'
import type { RequestTracker } from './track-requests.ts'

/** The settings among them are asked for at each request. */
export interface AppOptions {
  /** Largest request body, in bytes. */
  readonly maxBodyBytes: number
  /** Names that Host may hold over TCP, beside IP addresses, localhost, this machine's name and the bound host. */
  readonly allowedHosts: string[]
  /** Status of an answer to who shows no key over TCP: 401, or 400. */
  readonly missingTokenStatus: number
  requests: RequestTracker
}

/** The whole HTTP surface. */
export interface App {
  /** Answers; failures are answers too. */
  fetch(request: Request, arrival: Arrival): Promise<Response>
}

/** One app for TCP, the Unix socket and in-process callers; what may differ, `arrival` decides. */
export function createApp(services: HttpServices, options: AppOptions): App {
  const { requests } = options
  const body = {
    get maxBytes() {
      return options.maxBodyBytes
    },
  }

  const app = createGuardedApp({
    ...services,
    requests,
    host: options,
    auth: options,
    conclude: (story) => concludeRequest(story, services),
  })
  for (const path of ['/llmd/*', '/v1/api-keys/*']) app.routes.use(path, settleChanges(services))
  mountRoutes(app.routes, { ...services, requests, body })
  return app
}
