import { LlmdError } from '../errors.ts'
import type { RequestContext } from './http-env.ts'
import { surfaceOf } from './render-error.ts'

/**
 * Keeps web pages from reaching what is trusted without a token, and from managing llmd.
 * @throws LlmdError `origin_refused`
 */
export function guardOrigin({ arrival, path }: RequestContext, headers: Headers): void {
  if (arrival.via !== 'tcp') {
    if (headers.has('origin') || headers.has('sec-fetch-site')) {
      throw new LlmdError('origin_refused', 'Browsers may not use this way in.')
    }
  } else if (surfaceOf(path) === 'admin') refuseForeignManagement(headers)
}

function refuseForeignManagement(headers: Headers): void {
  const origin = headers.get('origin')
  if (origin === null) return
  const host = headers.get('host') ?? ''
  if (hostOf(origin) !== undefined && hostOf(origin) === hostOf(`http://${host}`)) return
  throw new LlmdError('origin_refused', 'Web pages of other origins may not manage llmd.')
}

function hostOf(origin: string): string | undefined {
  return URL.parse(origin)?.host
}
