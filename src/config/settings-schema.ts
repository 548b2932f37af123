import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { LlmdError } from '../errors.ts'
import { logLevels } from '../log.ts'
import { nearest } from './nearest.ts'
import type { PartialSettings, Settings } from './settings.ts'

const groups = {
  server: z.strictObject({
    host: z.string().min(1).describe('an address or a host name'),
    port: z.int().min(0).max(65_535).describe('a whole number from 0 to 65535'),
    allowedHosts: z.array(z.string().min(1)).describe('a list of host names'),
    maxBodyBytes: z.int().min(1024).max(1_073_741_824).describe('a whole number from 1024 to 1073741824'),
    drainSeconds: z.number().min(0).max(3600).describe('a number from 0 to 3600'),
    routeHeaders: z.boolean().describe('true or false'),
    fronts: z.int().min(1).max(64).describe('a whole number from 1 to 64'),
  }),
  auth: z.strictObject({
    keyPrefix: z
      .string()
      .regex(/^[A-Za-z][\w-]{0,38}[_-]$/)
      .describe('at most 40 letters, digits, - and _, with a letter first and - or _ last'),
    missingTokenStatus: z.int().min(400).max(401).describe('400 or 401'),
  }),
  models: z.strictObject({
    memoryBytes: z.int().min(0).describe('a whole number of bytes, or 0'),
    ttlSeconds: z.int().min(0).max(2_000_000).describe('a whole number from 0 to 2000000'),
    warmSpare: z.boolean().describe('true or false'),
    keptBytes: z.int().min(0).describe('a whole number of bytes'),
    folder: z
      .string()
      .refine((path) => path === 'auto' || isAbsolute(path))
      .describe('auto, or an absolute path'),
  }),
  downloads: z.strictObject({
    connections: z.int().min(1).max(16).describe('a whole number from 1 to 16'),
  }),
  secrets: z.strictObject({
    home: z.enum(['auto', 'keychain', 'file']).describe('one of auto, keychain, file'),
  }),
  usage: z.strictObject({
    keepDays: z.int().min(1).max(3650).describe('a whole number from 1 to 3650'),
  }),
  metrics: z.strictObject({
    public: z.boolean().describe('true or false'),
  }),
  telemetry: z.strictObject({
    otlpEndpoint: z
      .string()
      .refine((address) => address === 'auto' || isHttpAddress(address))
      .describe('auto, or an http or https address without a user name'),
  }),
  log: z.strictObject({
    level: z.enum(logLevels).describe(`one of ${logLevels.join(', ')}`),
    target: z.enum(['auto', 'file', 'stderr', 'journald']).describe('one of auto, file, stderr, journald'),
    maxBytes: z.int().min(65_536).max(1_073_741_824).describe('a whole number from 65536 to 1073741824'),
    keepFiles: z.int().min(0).max(1000).describe('a whole number from 0 to 1000'),
    keepDays: z.int().min(1).max(3650).describe('a whole number from 1 to 3650'),
    recentLines: z.int().min(1000).max(1_000_000).describe('a whole number from 1000 to 1000000'),
  }),
} satisfies { [Group in keyof Settings]: z.ZodType<Settings[Group]> }

const partialSchema = z
  .strictObject({
    server: groups.server.partial(),
    auth: groups.auth.partial(),
    models: groups.models.partial(),
    downloads: groups.downloads.partial(),
    secrets: groups.secrets.partial(),
    usage: groups.usage.partial(),
    metrics: groups.metrics.partial(),
    telemetry: groups.telemetry.partial(),
    log: groups.log.partial(),
  })
  .partial()

/** What may stand in config.json, as JSON Schema. */
export const settingsJsonSchema = z.toJSONSchema(partialSchema)

/** Every setting: `server.port` is `port` of the group `server`. */
export const knownSettings = Object.entries<z.ZodObject<Record<string, z.ZodType>>>(groups).flatMap(
  ([group, { shape }]) => Object.entries(shape).map(([key, schema]) => ({ group, key, schema })),
)

/** What someone asks for by this name. @throws LlmdError `invalid_request` that names the nearest one */
export function findSetting(name: string): (typeof knownSettings)[number] {
  const setting = knownSettings.find((one) => nameOf(one) === name)
  if (setting) return setting
  throw new LlmdError('invalid_request', `${name} is not a setting.`, {
    hint: `The nearest one is ${nearest(name, knownSettings.map(nameOf))}.`,
  })
}

/** @throws LlmdError `invalid_request` that tells what may stand there, where someone wants another value */
export function requireValue(name: string, value: unknown): void {
  const { schema } = findSetting(name)
  if (schema.safeParse(value).success) return
  const found = JSON.stringify(value).slice(0, 100)
  throw new LlmdError('invalid_request', `${name} must be ${schema.description}, not ${found}.`, {
    hint: `See what it is now with: llmd config get ${name}`,
  })
}

/**
 * @param source Where the value comes from, for the message: `/etc/llmd/config.json`
 * @throws LlmdError `invalid_settings` that names the key, what was found and what may stand there
 */
export function checkSettings(value: unknown, source: string): PartialSettings {
  const result = partialSchema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  if (issue.code === 'unrecognized_keys') {
    throw unknownSetting([...issue.path, issue.keys[0]!].join('.'), source)
  }
  const name = issue.path.slice(0, 2).join('.')
  const allowed = knownSettings.find((setting) => nameOf(setting) === name)?.schema.description ?? 'an object'
  const found = JSON.stringify(issue.path.reduce<unknown>(property, value)).slice(0, 100)
  throw new LlmdError(
    'invalid_settings',
    `${name || 'What stands'} in ${source} must be ${allowed}, not ${found}.`,
    { hint: 'Correct it, or remove it for the default.' },
  )
}

function unknownSetting(name: string, source: string): LlmdError {
  const known = [...knownSettings.map(nameOf), ...Object.keys(groups)]
  return new LlmdError('invalid_settings', `${name} in ${source} is not a setting.`, {
    hint: `The nearest one is ${nearest(name, known)}.`,
  })
}

/** `server.port` */
export const nameOf = ({ group, key }: { group: string; key: string }) => `${group}.${key}`

/** What settings say of one of them; undefined where they do not say. */
export const valueOf = (settings: PartialSettings, { group, key }: { group: string; key: string }): unknown =>
  property(property(settings, group), key)

const property = (value: unknown, key: PropertyKey): unknown => Reflect.get(Object(value), key)

function isHttpAddress(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
}
