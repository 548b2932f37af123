import type { HttpContext } from './http-env.ts'

/** Whose request it is, as far as models need to know: each token is a client, and so is whoever needs none here. */
export function clientOf(c: HttpContext): string {
  return c.env.principal.tokenId ?? ''
}
