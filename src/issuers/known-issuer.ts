import type { IssuerSettings } from '../api/issuers.ts'
import type { KeySet } from './create-key-set.ts'

/** One issuer as it is now; a change makes another. */
export interface KnownIssuer {
  name: string
  /** `iss` of its JWTs. */
  issuer: string
  createdAt: string
  settings: IssuerSettings
  keySet: KeySet
}
