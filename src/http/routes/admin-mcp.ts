import type { Hono } from 'hono'
import { addMcpServerSchema } from '../../api/mcp.ts'
import type { McpServers } from '../../mcp/mcp-servers.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import { readAdminBody } from '../read-admin-body.ts'
import { requireLocal } from '../require-local.ts'

export function mountAdminMcp(
  app: Hono<HttpEnv>,
  { mcp, body }: { mcp: McpServers; body: { maxBytes: number } },
): void {
  mountResource(app, '/llmd/v1/mcp-servers', {
    GET: (c) => c.json({ data: mcp.list() }),
    async POST(c) {
      const server = await readAdminBody(c, addMcpServerSchema, body)
      if (server.command) requireLocal(c, 'Programs that llmd is to run are named')
      return c.json(await mcp.add(server), 201)
    },
  })
  mountResource(app, '/llmd/v1/mcp-servers/:name', {
    DELETE: async (c) => c.json(await mcp.remove(c.req.param('name'))),
  })
  mountResource(app, '/llmd/v1/mcp-servers/:name/test', {
    POST: async (c) => c.json(await mcp.test(c.req.param('name'), c.env.open.signal)),
  })
}
