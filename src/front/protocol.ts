import { z } from 'zod'
import { requestStorySchema } from '../api/requests.ts'
import { scopeSchema } from '../api/tokens.ts'
import { logLevels } from '../log.ts'

const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** SHA-256 of the key, in hexadecimal digits. */
  hash: z.string(),
  scopes: z.array(scopeSchema),
  expiresAt: z.string().nullable(),
  deploymentId: z.string().nullable(),
  models: z.array(z.string()).nullable(),
  limits: z
    .object({
      rpm: z.number().nullable(),
      tpm: z.number().nullable(),
      creditsUntil: z.number().nullable(),
      budget: z.object({ credits: z.number(), per: z.enum(['day', 'month']) }).nullable(),
    })
    .nullable(),
})

/** Of requests; absent where there are none. */
const defaultsSchema = z
  .object({
    system: z.string(),
    temperature: z.number(),
    topP: z.number(),
    params: z.record(z.string(), z.unknown()),
  })
  .exactPartial()
  .exactOptional()

const nameSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('local'), name: z.string() }),
  z.object({
    kind: z.literal('remote'),
    name: z.string(),
    provider: z.string(),
    model: z.string(),
    defaults: defaultsSchema,
  }),
  z.object({
    kind: z.literal('routed'),
    name: z.string(),
    strategy: z.enum(['fallback', 'balance']),
    targets: z.array(z.object({ model: z.string(), weight: z.number() })),
    defaults: defaultsSchema,
  }),
])

/** With the key in the clear: the channel is a pair of sockets that nobody else has. */
const connectionSchema = z.object({
  provider: z.string(),
  baseUrl: z.string(),
  auth: z.object({ header: z.string(), prefix: z.string() }),
  key: z.string().nullable(),
  headers: z.record(z.string(), z.string()),
  proxy: z.string().nullable(),
  ca: z.string().nullable(),
  socket: z.string().nullable(),
  allowPrivate: z.boolean(),
  asksForStreamUsage: z.boolean(),
})

/** All that a front knows. Whatever is not in it is for the daemon to answer. */
const snapshotSchema = z.object({
  tokens: z.array(tokenSchema),
  names: z.array(nameSchema),
  connections: z.array(connectionSchema),
  /** Prompts of this model, or of all where it is null, are captured until then: by the daemon alone. */
  captured: z.object({ model: z.string().nullable(), until: z.string() }).nullable(),
  /** Whether anything has a price: the daemon alone counts credits. */
  hasPrices: z.boolean(),
  settings: z.object({
    allowedHosts: z.array(z.string()),
    maxBodyBytes: z.int(),
    missingTokenStatus: z.int(),
    /** Whether there are issuers of JWTs, which the daemon alone verifies. */
    issuers: z.boolean(),
    routeHeaders: z.boolean(),
    logLevel: z.enum(logLevels),
    /** Whether requests are to have their place in a trace. */
    traces: z.boolean(),
  }),
})

export type Snapshot = z.infer<typeof snapshotSchema>

const deadlinesSchema = z.object({
  connect: z.number(),
  firstByte: z.number(),
  idle: z.number(),
  total: z.number(),
})

/** What the daemon says. */
export const toFrontSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    host: z.string(),
    port: z.int(),
    /** Socket where the daemon takes what the front does not answer. */
    handOverPath: z.string(),
    deadlines: deadlinesSchema,
    version: z.int(),
    snapshot: snapshotSchema,
  }),
  z.object({ type: z.literal('snapshot'), version: z.int(), snapshot: snapshotSchema }),
  z.object({ type: z.literal('cancel'), id: z.string() }),
  z.object({ type: z.literal('drain'), graceMs: z.number() }),
  z.object({ type: z.literal('close') }),
])

export type ToFront = z.infer<typeof toFrontSchema>

const openedSchema = requestStorySchema.pick({
  id: true,
  path: true,
  model: true,
  token: true,
  token_name: true,
  started_at: true,
})

const reportSchema = z.object({
  type: z.literal('report'),
  /** Of the log, with their newlines. */
  lines: z.array(z.tuple([z.string(), z.enum(logLevels)])),
  /** Those that go on, once when they are new and once when their model is known. */
  opened: z.array(openedSchema),
  closed: z.array(requestStorySchema.extend({ status: z.int() })),
  /** Those that turned out to be the daemon's. */
  withdrawn: z.array(z.string()),
})

export type Report = z.infer<typeof reportSchema>
export type OpenedRequest = Report['opened'][number]

/** What a front says. */
export const fromFrontSchema = z.discriminatedUnion('type', [
  /** It runs, and waits for `start`. */
  z.object({ type: z.literal('hello') }),
  z.object({ type: z.literal('listening') }),
  z.object({ type: z.literal('applied'), version: z.int() }),
  reportSchema,
  z.object({ type: z.literal('alive'), memoryBytes: z.number() }),
  z.object({ type: z.literal('drained') }),
  z.object({ type: z.literal('closed') }),
])

export type FromFront = z.infer<typeof fromFrontSchema>
