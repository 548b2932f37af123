import { LlmdError } from '../errors.ts'
import type { HttpContext, HttpMiddleware } from './http-env.ts'
import { surfaceOf } from './render-error.ts'

/** Keeps web pages from reaching what is trusted without a token, and from managing llmd. */
export function guardOrigin(): HttpMiddleware {
  return async (c, next) => {
    if (c.env.via === 'tcp') refuseForeignManagement(c)
    else if (c.req.header('origin') !== undefined || c.req.header('sec-fetch-site') !== undefined) {
      throw new LlmdError('origin_refused', 'Browsers may not use this way in.')
    }
    await next()
  }
}

function refuseForeignManagement(c: HttpContext): void {
  const origin = c.req.header('origin')
  if (origin === undefined || surfaceOf(c.req.path) !== 'admin') return
  const host = c.req.header('host') ?? ''
  if (hostOf(origin) !== undefined && hostOf(origin) === hostOf(`http://${host}`)) return
  throw new LlmdError('origin_refused', 'Web pages of other origins may not manage llmd.')
}

function hostOf(origin: string): string | undefined {
  return URL.parse(origin)?.host
}
