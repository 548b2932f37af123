import type { Backend } from '../chat/backend.ts'
import type { Router } from '../routing/router.ts'
import type { HttpContext } from './http-env.ts'

/** What answers for this model; from here on the list of open requests names it. */
export function resolveBackend(c: HttpContext, router: Router, model: string): Backend {
  const backend = router.resolve(model)
  c.get('open').model = model
  return backend
}
