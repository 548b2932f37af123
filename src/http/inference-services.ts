import type { Deployments } from '../deployments/deployments.ts'
import type { Admission } from '../access/admission.ts'
import type { Principal } from '../access/token-store.ts'
import type { EventBus } from '../events/create-event-bus.ts'
import type { Capture } from '../logs/create-capture.ts'
import type { Upstream } from '../providers/upstream.ts'
import type { Clock } from '../routing/clock.ts'
import type { Health } from '../routing/health.ts'
import type { Router } from '../routing/router.ts'
import type { HttpContext } from './http-env.ts'
import type { RequestTracker } from './track-requests.ts'

/** What the routes need that answer with a model. */
export interface InferenceServices {
  router: Router
  health: Health
  /** The connections of a provider. @throws LlmdError `provider_not_found` */
  upstream(provider: string): Upstream
  /** Asked for keys that are of one, and no others. */
  deployments: Pick<Deployments, 'require'>
  clock: Clock
  /** Numbers from 0 up to but not including 1. */
  random: () => number
  /** Who may ask, and what it costs. */
  admission: Admission
  events: Pick<EventBus, 'publish'>
  capture: Pick<Capture, 'begin'>
  requests: RequestTracker
  body: { maxBytes: number }
  /** In a process that cannot answer for every model: who does instead. */
  elsewhere?: {
    has(model: string, principal: Principal): boolean
    /** @param body all of it */
    answer(c: HttpContext, body: Buffer): Promise<Response>
  }
  /** Whether answers say in headers which target gave them, and at which attempt. */
  routeHeaders: boolean
}
