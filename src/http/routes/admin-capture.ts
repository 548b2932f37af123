import type { Hono } from 'hono'
import { startCaptureSchema } from '../../api/capture.ts'
import type { Capture } from '../../logs/create-capture.ts'
import type { Router } from '../../routing/router.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import { readAdminBody } from '../read-admin-body.ts'

export function mountAdminCapture(
  app: Hono<HttpEnv>,
  { capture, router, body }: { capture: Capture; router: Router; body: { maxBytes: number } },
): void {
  mountResource(app, '/llmd/v1/capture', {
    GET: (c) => c.json({ capture: capture.active }),
    POST: async (c) => {
      const asked = await readAdminBody(c, startCaptureSchema, body)
      // A name that nobody serves would capture nothing, and nobody would notice.
      if (asked.model !== undefined) router.route(asked.model)
      return c.json({ capture: capture.start(asked) })
    },
    DELETE: (c) => {
      capture.stop()
      return c.json({ capture: capture.active })
    },
  })
}
