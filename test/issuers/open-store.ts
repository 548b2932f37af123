import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Principal } from '../../src/access/token-store.ts'
import type { AddIssuer } from '../../src/api/issuers.ts'
import { createIssuerStore } from '../../src/issuers/create-issuer-store.ts'
import { fetchDocument } from '../../src/issuers/fetch-document.ts'
import type { IssuerStore } from '../../src/issuers/issuer-store.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createIssuerTable } from '../../src/storage/issuer-table.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** A store on a database of its own, with a clock that stands still unless it is moved. */
export async function openStore() {
  const database = await openDatabase(join(temporaryFolder(), 'state.db'))
  onTestFinished(() => database[Symbol.asyncDispose]())
  /** `wall` in milliseconds since 1970, `uptime` since some moment. */
  const clock = { wall: Date.now(), uptime: 0 }
  const load = () =>
    createIssuerStore({
      table: createIssuerTable(database),
      fetchDocument,
      now: () => clock.wall,
      uptime: () => clock.uptime,
    })
  return { store: await load(), load, clock, database }
}

/** An issuer whose users may call models if their scope says `llm`. */
export const trusting = (issuer: string, settings: Partial<AddIssuer> = {}): AddIssuer => ({
  name: 'login',
  issuer,
  audience: ['llmd'],
  grants: [{ value: 'llm', scope: 'llm-all' }],
  ...settings,
})

/** What comes of a JWT: the scopes of whom it lets in, or why it does not, with the code of the error. */
export async function outcome(store: IssuerStore, jwt: string): Promise<string> {
  try {
    const principal: Principal = await store.verify(jwt)
    return [...principal.scopes].join(' ')
  } catch (error) {
    return error instanceof Error && 'code' in error
      ? `${String(error.code)}: ${error.message}`
      : String(error)
  }
}
