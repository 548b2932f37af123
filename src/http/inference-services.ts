import type { Router } from '../routing/router.ts'
import type { RequestTracker } from './track-requests.ts'

/** What the routes need that answer with a model. */
export interface InferenceServices {
  router: Router
  requests: RequestTracker
  body: { maxBytes: number }
}
