import type { Principal } from '../access/token-store.ts'
import type { AddIssuer, EditIssuer, Issuer, IssuerTest, TestIssuer } from '../api/issuers.ts'

/** Who else vouches for users, and what is let in on their word. */
export interface IssuerStore {
  /** Whether there is any. No I/O. */
  readonly any: boolean
  /**
   * Whose JWT it is. At once where it was verified before and still holds.
   * @throws LlmdError, or rejects with it: `invalid_api_key` that says what is wrong, `issuer_unreachable` where the
   * keys of its issuer are not known and cannot be fetched
   */
  verify(jwt: string): Principal | Promise<Principal>
  /** Oldest first. */
  list(): Issuer[]
  /** @throws LlmdError `issuer_not_found` */
  get(name: string): Issuer
  /** Durable when it resolves. @throws LlmdError `issuer_exists` */
  add(issuer: AddIssuer): Promise<Issuer>
  /** Holds at once. @throws LlmdError `issuer_not_found` */
  edit(name: string, change: EditIssuer): Promise<Issuer>
  /** Nobody is let in on its word from then on. @throws LlmdError `issuer_not_found` */
  remove(name: string): Promise<Issuer>
  /**
   * Fetches its keys, and judges a JWT where one is given.
   * @throws LlmdError `issuer_not_found`, `issuer_unreachable`
   */
  test(name: string, test: TestIssuer): Promise<IssuerTest>
}
