import { z } from 'zod'
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose'
import type { IssuerTest } from '../api/issuers.ts'
import type { FetchedDocument } from './fetch-document.ts'
import { issuerUnreachable } from './issuer-refusals.ts'

/** Gets a document; private addresses only where they will do. @throws LlmdError `issuer_unreachable` */
export type FetchDocument = (url: URL, options: { mayBePrivate: boolean }) => Promise<FetchedDocument>

/** The public keys of an issuer, as it lists them. */
export interface IssuerKeys {
  /** Where they were found. */
  url: string
  /** What tells them from others. */
  text: string
  list: IssuerTest['keys']
  /** Finds the key that a JWT names. */
  find: JWTVerifyGetKey
}

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) })

const keySchema = z.looseObject({
  kty: z.string(),
  kid: z.string().optional().catch(undefined),
  alg: z.string().optional().catch(undefined),
  use: z.string().optional().catch(undefined),
})

const keySetSchema = z.object({ keys: z.array(z.unknown()) })

/**
 * @param issuer `iss` of its JWTs, and where its keys are if that is known
 * @throws LlmdError `issuer_unreachable`
 */
export async function fetchKeys(
  { issuer, jwks_url }: { issuer: string; jwks_url: string | null },
  fetchDocument: FetchDocument,
): Promise<IssuerKeys> {
  const place =
    jwks_url === null ? await discover(issuer, fetchDocument) : { url: new URL(jwks_url), mayBePrivate: true }
  const { json } = await fetchDocument(place.url, place)
  const { keys } = parse(keySetSchema, json, place.url, 'answered with something else than a set of keys')
  const usable = keys.flatMap((key) => {
    const { data } = keySchema.safeParse(key)
    const signs = data && data.kty !== 'oct' && (data.use === undefined || data.use === 'sig')
    return signs ? [data] : []
  })
  if (usable.length === 0) throw issuerUnreachable(place.url.host, 'lists no public key for signatures')
  // Read when an issuer is first used: most who run llmd have none.
  const { createLocalJWKSet } = await import('jose/jwks/local')
  return {
    url: place.url.href,
    text: JSON.stringify(usable),
    list: usable.map(({ kid, kty, alg }) => ({ kid: kid ?? null, type: kty, algorithm: alg ?? null })),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- jose checks each key when it is used
    find: createLocalJWKSet({ keys: usable } as JSONWebKeySet),
  }
}

/** Where a public issuer says that its keys are must be public, too. */
async function discover(
  issuer: string,
  fetchDocument: FetchDocument,
): Promise<{ url: URL; mayBePrivate: boolean }> {
  const url = new URL(`${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`)
  const { json, isPrivate } = await fetchDocument(url, { mayBePrivate: true })
  const found = parse(discoverySchema, json, url, 'does not tell where its keys are')
  if (found.issuer !== issuer) throw issuerUnreachable(url.host, 'says that it is another issuer')
  return { url: new URL(found.jwks_uri), mayBePrivate: isPrivate }
}

function parse<Output>(schema: z.ZodType<Output>, json: unknown, url: URL, problem: string): Output {
  const { data } = schema.safeParse(json)
  if (data === undefined) throw issuerUnreachable(url.host, problem)
  return data
}
