import type { Hono } from 'hono'
import type { TokenStore } from '../../access/token-store.ts'
import { LlmdError } from '../../errors.ts'
import type { EventBus } from '../../events/create-event-bus.ts'
import type { McpAnswer } from '../../mcp/gateway.ts'
import type { McpServers } from '../../mcp/mcp-servers.ts'
import { clientOf } from '../client-of.ts'
import type { HttpContext, HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import { readBody } from '../read-body.ts'
import { parseJson } from '../read-json.ts'
import { streamBytes } from '../stream-bytes.ts'

interface Services {
  mcp: Pick<McpServers, 'exchange'>
  tokens: Pick<TokenStore, 'watch'>
  events: Pick<EventBus, 'publish'>
  body: { readonly maxBytes: number }
}

/** The Streamable HTTP transport of MCP, for each server that the operator defined. */
export function mountMcp(app: Hono<HttpEnv>, services: Services): void {
  const answer = (method: 'GET' | 'POST' | 'DELETE') => async (c: HttpContext) => {
    // Nobody would read the stream, so nothing would end it.
    if (c.req.method === 'HEAD')
      throw new LlmdError('method_not_allowed', 'HEAD is not a method of this path.')
    const principal = c.env.principal
    if (principal.deploymentId !== null) {
      throw new LlmdError('permission_denied', 'This token is for one deployment alone.')
    }
    const open = c.env.open
    const { id, path, tokenName } = open
    services.events.publish({
      type: 'request.started',
      request_id: id,
      path,
      model: null,
      token_name: tokenName,
    })
    // A client listens for as long as it is there, and a drain does not wait for that.
    if (method === 'GET') open.follow()
    const bytes = method === 'POST' ? await readBody(c, services.body.maxBytes) : null
    const answered = await services.mcp.exchange(c.req.param('name') ?? '', {
      method,
      headers: c.req.header(),
      message: bytes && { bytes, parsed: parseJson(bytes) },
      client: clientOf(c),
      signal: open.signal,
    })
    open.firstByteMs = open.elapsed()
    return render(c, answered, services)
  }
  mountResource(app, '/mcp/:name', { GET: answer('GET'), POST: answer('POST'), DELETE: answer('DELETE') })
}

function render(
  c: HttpContext,
  { status, headers, body, lastWords }: McpAnswer,
  { tokens }: Pick<Services, 'tokens'>,
): Response {
  const isStream = headers['content-type']?.startsWith('text/event-stream') ?? false
  // Nginx would hold events back until its buffer is full.
  const all = { ...headers, ...(isStream && { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' }) }
  if (!body) return new Response(null, { status, headers: all })
  const { tokenId, user } = c.env.principal
  const outgoing = c.env.arrival.via === 'in-process' ? undefined : c.env.arrival.exchange?.outgoing
  const stream = streamBytes({
    body,
    lastWords,
    hangUp: outgoing && (() => void outgoing.destroy()),
    allowed: user?.isSignedIn ?? (tokenId === null ? () => true : tokens.watch(tokenId)),
    request: c.env.open,
  })
  const response = new Response(stream.body, { status, headers: all })
  c.env.streaming = stream.ended
  return response
}
