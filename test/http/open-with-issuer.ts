import { createTokenStore } from '../../src/access/token-store.ts'
import type { AddIssuer } from '../../src/api/issuers.ts'
import { createApp } from '../../src/http/create-app.ts'
import { createTokenTable } from '../../src/storage/token-table.ts'
import { newSigningKey, signJwt, startFakeIssuer } from '../fixtures/fake-issuer.ts'
import { openStore, trusting } from '../issuers/open-store.ts'
import { type Fake, fakeApp } from './fake-services.ts'

/** The app with tokens and issuers that are real, and one issuer that it trusts. */
export async function openWithIssuer(
  settings: Partial<AddIssuer> = {},
  options: { missing?: 400 | 401 } = {},
) {
  const key = await newSigningKey('one')
  const issuer = await startFakeIssuer([key])
  const { store: issuers, clock, database } = await openStore()
  await issuers.add(trusting(issuer.url, { grants: [...grants], ...settings }))
  const tokens = await createTokenStore({ table: createTokenTable(database) })
  const plain = fakeApp()
  const services = { ...plain.services, issuers, tokens }
  const app = createApp(services, {
    maxBodyBytes: 100_000,
    allowedHosts: [],
    missingTokenStatus: options.missing ?? 401,
    requests: plain.requests,
  })
  const fake: Fake = { ...plain, app, services }
  /** A JWT of this user, whose scope says this. */
  const jwtOf = (sub: string, scope = 'llm', claims = {}) =>
    signJwt(key, { iss: issuer.url, sub, scope, ...claims })
  return { fake, issuer, issuers, tokens, clock, key, jwtOf }
}

const grants = [
  { value: 'llm', scope: 'llm-all' },
  { value: 'boss', scope: 'admin' },
] as const
