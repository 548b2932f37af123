import type { Scope } from '../api/tokens.ts'
import { LlmdError } from '../errors.ts'
import type { HttpMiddleware } from './http-env.ts'

export function requireScope(scope: Scope): HttpMiddleware {
  return async (c, next) => {
    if (!c.get('principal').scopes.has(scope)) {
      throw new LlmdError('permission_denied', `This needs a token with the scope ${scope}.`)
    }
    await next()
  }
}
