import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Hono } from 'hono'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import { swaggerUiFiles } from '../swagger-ui-files.ts'

/** An operator pastes a token into this page: nothing of it comes from elsewhere, and nothing goes elsewhere. */
const headers = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // An update of llmd may bring another.
  'cache-control': 'no-cache',
}

/** @param options.swaggerUiFolder where its files are */
export function mountSwaggerUi(app: Hono<HttpEnv>, { swaggerUiFolder }: { swaggerUiFolder: string }): void {
  // Relative, as all of the page is: a proxy may serve llmd under a path of its own.
  mountResource(app, '/swagger-ui/', { GET: (c) => c.redirect('../swagger-ui', 308) })
  for (const [path, { name, type }] of swaggerUiFiles) {
    mountResource(app, path, {
      GET: async (c) => {
        const file = await readFile(join(swaggerUiFolder, name))
        return c.body(new Uint8Array(file), 200, { ...headers, 'content-type': type })
      },
    })
  }
}
