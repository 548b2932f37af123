import type { Hono } from 'hono'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'

/** The document is made when it is first asked for: it takes some ten milliseconds, and most daemons are never asked. */
export function mountOpenApi(app: Hono<HttpEnv>): void {
  let document: Promise<string> | undefined
  mountResource(app, '/openapi.json', {
    GET: async (c) => {
      document ??= writeDocument()
      return c.body(await document, 200, { 'content-type': 'application/json', 'cache-control': 'no-cache' })
    },
  })
}

async function writeDocument(): Promise<string> {
  const { createDocument } = await import('../openapi/create-document.ts')
  return JSON.stringify(createDocument())
}
