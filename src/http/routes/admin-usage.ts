import type { Hono } from 'hono'
import type { TokenStore } from '../../access/token-store.ts'
import { tokenTitle } from '../../api/token-title.ts'
import { type Usage, usageQuerySchema } from '../../api/usage.ts'
import { LlmdError } from '../../errors.ts'
import { parseBody } from '../../formats/parse-body.ts'
import { isUserId } from '../../issuers/user-id.ts'
import type { Ledger } from '../../usage/ledger.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import { presentUsage } from '../present-usage.ts'

export function mountAdminUsage(
  app: Hono<HttpEnv>,
  { ledger, tokens }: { ledger: Pick<Ledger, 'sum'>; tokens: Pick<TokenStore, 'list'> },
): void {
  mountResource(app, '/llmd/v1/usage', {
    GET: async (c) => {
      const { by = 'model', token, ...rest } = parseBody(usageQuerySchema, c.req.query())
      const known = tokens.list()
      // Names are used again once their token is revoked.
      const meant = known
        .filter((one) => [one.id, one.name, tokenTitle(one)].includes(token ?? ''))
        .map(({ id }) => id)
      if (token !== undefined && isUserId(token)) meant.push(token)
      if (token !== undefined && meant.length === 0) throw unknownToken(token)
      const range = { ...rest, ...canonical(rest) }
      const groups = await ledger.sum({ by, ...range, ...(token !== undefined && { tokens: meant }) })
      const names = new Map(known.map((one) => [one.id, tokenTitle(one)]))
      const shown = presentUsage(by, groups, (id) => names.get(id) ?? (isUserId(id) ? id : null))
      const answer: Usage = { by, since: range.since ?? null, until: range.until ?? null, ...shown }
      return c.json(answer)
    },
  })
}

/** As the ledger writes times, so that they compare as texts. */
function canonical({ since, until }: { since?: string; until?: string }): {
  since?: string
  until?: string
} {
  return {
    ...(since !== undefined && { since: new Date(since).toISOString() }),
    ...(until !== undefined && { until: new Date(until).toISOString() }),
  }
}

function unknownToken(idOrName: string): LlmdError {
  return new LlmdError(
    'token_not_found',
    `There is no token, and was none, with the id or name ${idOrName}.`,
    { hint: 'List the tokens to see their ids and names.' },
  )
}
