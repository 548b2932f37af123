import type { Hono } from 'hono'
import type { TokenStore } from '../../access/token-store.ts'
import type { OpenRequest as OpenRequestAnswer } from '../../api/requests.ts'
import { tokenTitle } from '../../api/token-title.ts'
import { LlmdError } from '../../errors.ts'
import { isUserId } from '../../issuers/user-id.ts'
import type { Ledger } from '../../usage/ledger.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import { tellOldStory } from '../tell-story.ts'
import type { OpenRequest } from '../open-request.ts'
import type { RequestTracker } from '../track-requests.ts'

export function mountAdminRequests(
  app: Hono<HttpEnv>,
  {
    requests,
    ledger,
    tokens,
  }: { requests: RequestTracker; ledger: Pick<Ledger, 'find'>; tokens: Pick<TokenStore, 'list'> },
): void {
  mountResource(app, '/llmd/v1/requests', { GET: (c) => c.json({ data: requests.list().map(describe) }) })
  mountResource(app, '/llmd/v1/requests/:id', {
    GET: async (c) => {
      const id = c.req.param('id')
      const story = requests.find(id)
      if (story) return c.json(story)
      const row = await ledger.find(id)
      if (!row) throw unknownRequest(id)
      const token = tokens.list().find((one) => one.id === row.token)
      const user = row.token !== null && isUserId(row.token) ? row.token : null
      return c.json(tellOldStory(row, token ? tokenTitle(token) : user))
    },
    DELETE: (c) => c.json(describe(requests.cancel(c.req.param('id')))),
  })
}

function describe({ id, path, model, tokenId, startedAt, written }: OpenRequest): OpenRequestAnswer {
  return {
    id,
    path,
    model,
    token: tokenId,
    started_at: startedAt.toISOString(),
    completion_tokens: written?.tokens ?? null,
    // The first one took its time to come for other reasons.
    tokens_per_second: written && written.ms > 0 ? ((written.tokens - 1) / written.ms) * 1000 : null,
  }
}

function unknownRequest(id: string): LlmdError {
  return new LlmdError('request_not_found', `Nothing is known of a request ${JSON.stringify(id)}.`, {
    hint: 'Its id is in the x-request-id of its answer, and in the log. After usage.keepDays it is forgotten.',
  })
}
