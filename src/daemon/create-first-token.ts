import type { TokenStore } from '../access/token-store.ts'
import { withoutToken } from '../access/without-token.ts'
import { scopeSchema, type CreatedToken } from '../api/tokens.ts'

/**
 * A token for inference alone, where there is none yet: whoever started the daemon manages it over the socket.
 * @returns null where there are tokens already
 */
export async function createFirstToken(tokens: TokenStore): Promise<CreatedToken | null> {
  if (tokens.list().length > 0) return null
  const operator = withoutToken(scopeSchema.options)
  return tokens.create({ name: 'first', scopes: ['llm-all'], expires_at: null }, operator)
}
