import type { Scope } from '../api/tokens.ts'
import { LlmdError } from '../errors.ts'
import type { HttpMiddleware } from './http-env.ts'

/** Any of them will do. */
export function requireScope(...scopes: [Scope, ...Scope[]]): HttpMiddleware {
  return async (c, next) => {
    const { scopes: granted } = c.get('principal')
    if (!scopes.some((scope) => granted.has(scope))) {
      throw new LlmdError('permission_denied', `This needs a token with the scope ${scopes.join(' or ')}.`)
    }
    await next()
  }
}
