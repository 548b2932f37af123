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
    conclude: (story) => concludeRequest(story, services),
  })
  if (services.settle) app.use('/llmd/*', settleChanges(services.settle))
  mountRoutes(app, { ...services, requests, body })

  return { fetch: async (request, arrival) => app.fetch(request, arrival) }
}
