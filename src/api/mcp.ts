import { z } from 'zod'
import { listOf, timestampSchema } from './common.ts'
import { isForbiddenHeader } from './forbidden-header.ts'

/** It stands in the path that clients use. */
const mcpServerNameSchema = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits and . _ -, beginning with a letter or digit')

const urlSchema = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  // Addresses are shown; keys are not.
  .refine((text) => !hasMore(text), 'an address without user name, password and #')

const headerNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, 'letters, digits and -')
  .refine(
    (name) => !isForbiddenHeader(name) && !/^(mcp-|last-event-id$)/i.test(name),
    "not a header that may be set: credentials belong into the key, and MCP's own are the client's",
  )

const headerValueSchema = z
  .string()
  .max(2048)
  .regex(/^[\x20-\x7e]*$/, 'printable ASCII')

const commandSchema = z
  .array(
    z
      .string()
      .max(4096)
      .regex(/^[^\0]*$/, 'no NUL'),
  )
  .min(1)
  .max(256)
  .refine(
    ([program = '']) => /^(\/.+|[^/]+)$/s.test(program),
    'the program is an absolute path, or a name without slashes that is looked for in PATH',
  )

const variableNameSchema = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'a name of a variable')

/** A key of 7-bit characters, as a header can carry it. */
const keySchema = z
  .string()
  .min(1)
  .max(8192)
  .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces')

export const mcpServerSchema = z.object({
  name: z.string(),
  kind: z.enum(['http', 'stdio']).describe('`http`: it runs elsewhere. `stdio`: llmd runs it.'),
  created_at: timestampSchema,
  url: z.string().nullable(),
  headers: z.record(z.string(), z.string()).describe('Sent with every request.'),
  allow_private: z
    .boolean()
    .describe('Whether the host may resolve to addresses of this machine or a private network.'),
  has_key: z.boolean().describe('Whether a key is kept. Nothing ever gives the key itself.'),
  command: z.array(z.string()).nullable().describe('The program and its arguments.'),
  env: z
    .array(z.string())
    .describe('Names of the variables that its processes get; their values are kept secret.'),
  sessions: z.int().describe('How many clients have one open.'),
})

export type McpServer = z.infer<typeof mcpServerSchema>

export const mcpServerListSchema = listOf(mcpServerSchema)

export const addMcpServerSchema = z
  .strictObject({
    name: mcpServerNameSchema,
    url: urlSchema.exactOptional().describe('Where it takes requests: `https://tools.example/mcp`.'),
    headers: z
      .record(headerNameSchema, headerValueSchema)
      .exactOptional()
      .describe('Sent with every request; never credentials, which `key` is for.'),
    allow_private: z.boolean().exactOptional(),
    key: keySchema.exactOptional().describe('Sent as `Authorization: Bearer KEY`.'),
    command: commandSchema
      .exactOptional()
      .describe('What llmd runs, one process a session, instead of a `url`.'),
    env: z
      .record(
        variableNameSchema,
        z
          .string()
          .max(32_768)
          .regex(/^[^\0]*$/, 'no NUL'),
      )
      .exactOptional()
      .describe('Variables for its processes, beside a few harmless ones; kept secret.'),
  })
  .refine(({ url, command }) => (url === undefined) !== (command === undefined), {
    error: 'either a url or a command',
    path: ['url'],
  })
  .refine(({ command, headers, key, allow_private }) => !command || !(headers ?? key ?? allow_private), {
    error: 'url, headers, key and allow_private are of servers that run elsewhere',
    path: ['command'],
  })
  .refine(({ url, env }) => url === undefined || env === undefined, {
    error: 'only for a server that llmd runs',
    path: ['env'],
  })

export type AddMcpServer = z.input<typeof addMcpServerSchema>

/** What came of an introduction. */
export const mcpTestSchema = z.object({
  ok: z.boolean(),
  ms: z.number().describe('Until it had told its tools, or failed, in milliseconds.'),
  protocol: z.string().nullable().describe('The revision of MCP that was agreed on.'),
  server: z.object({ name: z.string(), version: z.string() }).nullable().describe('What it calls itself.'),
  tools: z.array(z.object({ name: z.string(), description: z.string().nullable() })),
  failure: z
    .object({ code: z.string(), message: z.string(), hint: z.string().nullable() })
    .nullable()
    .describe('`Invalid key`, `Wrong URL`, `Network error`, `Program failed` or `Not MCP`.'),
})

export type McpTest = z.infer<typeof mcpTestSchema>

/** What is in it is the client's and the server's business. */
export const rpcMessageSchema = z.looseObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number()]).exactOptional(),
  method: z.string().exactOptional(),
})

/** An error of llmd's own, for clients of MCP. */
export const rpcErrorSchema = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number()]).nullable(),
  error: z.object({
    code: z.int(),
    message: z.string(),
    data: z.object({ code: z.string(), type: z.string() }),
  }),
})

export type RpcError = z.infer<typeof rpcErrorSchema>

function hasMore(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { username, password } = new URL(text)
  return username !== '' || password !== '' || text.includes('#')
}
