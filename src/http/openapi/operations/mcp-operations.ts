import {
  addMcpServerSchema,
  mcpServerListSchema,
  mcpServerSchema,
  mcpTestSchema,
  rpcMessageSchema,
} from '../../../api/mcp.ts'
import type { OperationGroup } from '../operation.ts'

const parameters = { name: 'Of the MCP server.' }

const ofServers = [
  'mcp_server_not_found',
  'sealed',
  'data_corrupt',
  'overloaded',
  'upstream_error',
  'upstream_credentials',
  'upstream_unreachable',
  'upstream_timeout',
  'shutting_down',
  'request_cancelled',
] as const

const events = {
  schema: rpcMessageSchema,
  examples: [
    { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1, total: 2 } },
    { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'Done.' }] } },
  ],
}

/** What clients of MCP servers ask. */
export const mcpOperations: OperationGroup = {
  name: 'MCP',
  description: 'MCP servers behind llmd, by the Streamable HTTP transport.',
  scope: 'llm-all',
  errors: ofServers,
  operations: {
    'POST /mcp/:name': {
      id: 'sendMcpMessage',
      summary: 'Send a message to an MCP server',
      description:
        'A session that the server opens is named by `Mcp-Session-Id` in the answer, and later in requests. Some servers answer with JSON, a notification with 202 and no body.',
      parameters,
      body: {
        schema: rpcMessageSchema,
        example: {
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          params: { name: 'search', arguments: { q: 'llmd' } },
        },
      },
      answer: { description: 'What the server says about it, to its response.', events },
      errors: ['mcp_session_not_found'],
    },
    'GET /mcp/:name': {
      id: 'listenToMcpServer',
      summary: 'Hear what an MCP server says by itself',
      parameters,
      answer: { description: 'What is about no request in particular.', events },
      errors: ['mcp_session_not_found', 'invalid_request'],
    },
    'DELETE /mcp/:name': {
      id: 'endMcpSession',
      summary: 'End a session',
      parameters,
      answer: { description: 'It has ended.' },
      errors: ['mcp_session_not_found', 'invalid_request'],
    },
  },
}

/** What the operator does with them. */
export const mcpServerOperations: OperationGroup = {
  name: 'MCP servers',
  description: 'Servers of tools, which clients reach at `/mcp/NAME`.',
  scope: 'admin',
  operations: {
    'GET /llmd/v1/mcp-servers': {
      id: 'listMcpServers',
      summary: 'List the MCP servers',
      answer: { description: 'All of them, without their secrets.', json: { schema: mcpServerListSchema } },
    },
    'POST /llmd/v1/mcp-servers': {
      id: 'addMcpServer',
      summary: 'Add an MCP server',
      description:
        'One that runs elsewhere has a `url`, one that llmd runs a `command`. Nothing is connected to yet.',
      body: {
        schema: addMcpServerSchema,
        example: { name: 'search', url: 'https://tools.example/mcp', key: 'sk-1234' },
      },
      answer: { status: 201, description: 'The server.', json: { schema: mcpServerSchema } },
      errors: ['mcp_server_exists', 'sealed', 'disk_full'],
    },
    'DELETE /llmd/v1/mcp-servers/:name': {
      id: 'removeMcpServer',
      summary: 'Remove an MCP server, with its secrets',
      parameters,
      answer: { description: 'The server as it was.', json: { schema: mcpServerSchema } },
      errors: ['mcp_server_not_found'],
    },
    'POST /llmd/v1/mcp-servers/:name/test': {
      id: 'testMcpServer',
      summary: 'Try an MCP server',
      description: 'llmd introduces itself, and asks for the tools.',
      parameters,
      answer: { description: 'What came of it.', json: { schema: mcpTestSchema } },
      errors: ['mcp_server_not_found', 'sealed', 'data_corrupt'],
    },
  },
}
