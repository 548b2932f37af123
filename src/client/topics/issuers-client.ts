import type { AddIssuer, EditIssuer, Issuer, IssuerTest, TestIssuer } from '../../api/issuers.ts'
import type { Calls } from '../create-calls.ts'

/** Issuers of JWTs. */
export interface IssuersClient {
  listIssuers(): Promise<Issuer[]>
  addIssuer(issuer: AddIssuer): Promise<Issuer>
  editIssuer(name: string, change: EditIssuer): Promise<Issuer>
  /** The keys that its users made are revoked. */
  removeIssuer(name: string): Promise<Issuer>
  /** Fetches its keys, and judges a JWT where one is given. */
  testIssuer(name: string, test?: TestIssuer): Promise<IssuerTest>
}

export function issuersClient({ call, list }: Calls): IssuersClient {
  return {
    listIssuers: () => list('/issuers'),
    addIssuer: (body) => call('POST', '/issuers', { body }),
    editIssuer: (name, body) => call('PATCH', issuerPath(name), { body }),
    removeIssuer: (name) => call('DELETE', issuerPath(name)),
    testIssuer: (name, body = {}) => call('POST', `${issuerPath(name)}/test`, { body }),
  }
}

function issuerPath(name: string): string {
  return `/issuers/${encodeURIComponent(name)}`
}
