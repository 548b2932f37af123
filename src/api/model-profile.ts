import { z } from 'zod'

/** What a request says for itself, or llmd decides. */
const notDefaults = new Set(['model', 'messages', 'input', 'prompt', 'stream', 'stream_options'])

/** What has a place of its own among the defaults. */
const ownPlaces: Record<string, string> = {
  system: 'system',
  instructions: 'system',
  temperature: 'temperature',
  top_p: 'top_p',
}

const mostParams = 64
const mostParamsBytes = 64 * 1024

const paramsSchema = z
  .record(z.string(), z.unknown())
  .superRefine((params, context) => {
    const refuse = (message: string, path: string[] = []) =>
      context.addIssue({ code: 'custom', message, path })
    for (const name of Object.keys(params)) {
      const problem = judgeName(name)
      if (problem !== null) refuse(problem, [name])
    }
    if (Object.keys(params).length > mostParams) refuse(`at most ${mostParams} parameters`)
    if (JSON.stringify(params).length > mostParamsBytes) refuse(`at most ${mostParamsBytes} bytes of JSON`)
  })
  .describe(
    'Further parameters, as requests have them. Local models take those that they know; to providers all are passed on.',
  )

const defaultsSchema = z.strictObject({
  system: z
    .string()
    .min(1)
    .max(mostParamsBytes)
    .describe('Instructions for conversations that have no system message.'),
  temperature: z.number().min(0).max(2),
  top_p: z.number().min(0).max(1),
  params: paramsSchema,
})

/** What holds of a request that does not say. */
const modelDefaultsSchema = defaultsSchema.exactPartial()

export type ModelDefaults = z.infer<typeof modelDefaultsSchema>

const descriptionSchema = z.string().trim().min(1).max(1000).describe('For people.')
const tierSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, 'up to 32 letters, digits and . _ -')
  .describe('The class of price that it belongs to.')

/** What is said of a model of any kind. */
export const givenProfileSchema = z
  .strictObject({
    description: descriptionSchema,
    tier: tierSchema,
    defaults: modelDefaultsSchema.describe('What holds of a request that does not say.'),
  })
  .exactPartial()

export type GivenProfile = z.infer<typeof givenProfileSchema>

/** The same, as it is shown. */
export const profileSchema = z.object({
  description: z.string().nullable(),
  tier: z.string().nullable(),
  defaults: modelDefaultsSchema,
})

export type ModelProfile = z.infer<typeof profileSchema>

/** What of it can be taken back; `params` are all of them. */
export const resettableProfileSchema = z.enum(['description', 'tier', ...defaultsSchema.keyof().options])

export type ResettableProfile = z.infer<typeof resettableProfileSchema>

function judgeName(name: string): string | null {
  if (!/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(name)) return 'is no name of a parameter'
  // Some providers read a key whatever its case.
  const plain = name.toLowerCase()
  if (notDefaults.has(plain)) return 'is no default: llmd decides it, or the request has it'
  const place = Object.hasOwn(ownPlaces, plain) ? ownPlaces[plain] : undefined
  return place === undefined ? null : `is said by defaults.${place}`
}
