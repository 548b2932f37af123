import type { CreatedToken, CreateToken, EditToken, Token } from '../../api/tokens.ts'
import type { Calls } from '../create-calls.ts'

/** Tokens of clients. */
export interface TokensClient {
  listTokens(): Promise<Token[]>
  createToken(token: CreateToken): Promise<CreatedToken>
  getToken(idOrName: string): Promise<Token>
  editToken(idOrName: string, change: EditToken): Promise<Token>
  /** Gives it another key; the one that it had is refused from then on. */
  rotateToken(idOrName: string): Promise<CreatedToken>
  revokeToken(idOrName: string): Promise<Token>
}

export function tokensClient({ call, list }: Calls): TokensClient {
  return {
    listTokens: () => list('/tokens'),
    createToken: (body) => call('POST', '/tokens', { body }),
    getToken: (idOrName) => call('GET', tokenPath(idOrName)),
    editToken: (idOrName, body) => call('PATCH', tokenPath(idOrName), { body }),
    rotateToken: (idOrName) => call('POST', `${tokenPath(idOrName)}/rotate`),
    revokeToken: (idOrName) => call('DELETE', tokenPath(idOrName)),
  }
}

function tokenPath(idOrName: string): string {
  return `/tokens/${encodeURIComponent(idOrName)}`
}
