import { addIssuerSchema, type Issuer } from '../../src/api/issuers.ts'
import { LlmdError } from '../../src/errors.ts'
import type { IssuerStore } from '../../src/issuers/issuer-store.ts'

/** Issuers that vouch for nobody. */
export function fakeIssuers(): IssuerStore {
  const issuers = new Map<string, Issuer>()
  const get = (name: string): Issuer => {
    const issuer = issuers.get(name)
    if (issuer) return issuer
    throw new LlmdError('issuer_not_found', `There is no issuer ${name}.`, { hint: 'llmd issuers' })
  }
  return {
    get any() {
      return issuers.size > 0
    },
    async verify() {
      throw new LlmdError('invalid_api_key', 'The JWT is malformed.')
    },
    list: () => [...issuers.values()],
    get,
    async add(given) {
      const issuer: Issuer = {
        ...addIssuerSchema.parse(given),
        created_at: '2026-01-01T00:00:00.000Z',
        keys: null,
        keys_fetched_at: null,
        last_error: null,
      }
      issuers.set(issuer.name, issuer)
      return issuer
    },
    async edit(name, change) {
      return Object.assign(get(name), change)
    },
    async remove(name) {
      const issuer = get(name)
      issuers.delete(name)
      return issuer
    },
    async test(name, { jwt }) {
      const { issuer } = get(name)
      const refusal = { accepted: false, user: null, scopes: [], claim_values: [], expires_at: null }
      return {
        jwks_url: `${issuer}/jwks`,
        keys: [{ kid: 'one', type: 'RSA', algorithm: 'RS256' }],
        ms: 1,
        token: jwt === undefined ? null : { ...refusal, reason: 'The JWT is malformed.' },
      }
    },
  }
}
