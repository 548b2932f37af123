import { z } from 'zod'
import { timestampSchema } from './common.ts'
import { deploymentStateSchema } from './deployments.ts'
import { downloadStateSchema } from './downloads.ts'

function event<Type extends string, Fields extends z.ZodRawShape>(type: Type, fields: Fields) {
  return z.object({
    type: z.literal(type),
    id: z.int().describe('Grows by one with each event of a daemon, and begins anew with the next daemon.'),
    time: timestampSchema,
    ...fields,
  })
}

/** Why an engine is gone: unused for its time, room was needed, someone asked for it, or it crashed. */
const unloadReasonSchema = z.enum(['ttl', 'evicted', 'asked', 'crashed'])

/** A request to a model, as in `requests.ts`. */
const requestFields = {
  request_id: z.string(),
  path: z.string(),
  model: z
    .string()
    .nullable()
    .describe('As the client named it; null where it was refused before that was known.'),
  token_name: z.string().nullable().describe('Name of the token it came with; null for whoever needs none.'),
}

/** A model that is being downloaded. */
const downloadFields = {
  download_id: z.string(),
  name: z.string().describe('Of the model.'),
}

/** All that can happen. An event is added here, and published by whoever knows of it. */
const publishedEventSchema = z.discriminatedUnion('type', [
  event('model.loading', {
    name: z.string(),
    progress: z.number().describe('From 0 to 1; it comes at most ten times a second.'),
  }),
  event('model.loaded', {
    name: z.string(),
    ms: z.int().describe('How long the load took, without the wait for room.'),
  }),
  event('model.unloaded', { name: z.string(), reason: unloadReasonSchema }),
  event('model.failed', { name: z.string(), code: z.string(), message: z.string() }).describe(
    'It was being loaded, and is not.',
  ),
  event('request.started', requestFields),
  event('request.finished', {
    ...requestFields,
    status: z.int(),
    code: z.string().nullable().describe('What went wrong, though the status may have been sent before.'),
    ms: z.int(),
    target: z.string().nullable().describe('What answered: the name of a local model, or `PROVIDER/MODEL`.'),
    wait_ms: z.int().nullable().describe('Until the local model was loaded and had a slot for it.'),
    first_byte_ms: z.int().nullable(),
    prompt_tokens: z.int().nullable(),
    completion_tokens: z.int().nullable(),
  }),
  event('download.progress', {
    ...downloadFields,
    state: downloadStateSchema,
    received: z.int(),
    total: z.int(),
    bytes_per_second: z.int().nullable(),
  }).describe('At most four times a second, and whenever `state` changes; of bytes.'),
  event('download.finished', downloadFields).describe('It is a model now.'),
  event('download.failed', { ...downloadFields, code: z.string(), message: z.string() }),
  event('download.cancelled', downloadFields),
  event('deployment.changed', {
    deployment_id: z.string(),
    model: z.string(),
    state: deploymentStateSchema,
  }).describe('It is in this state now, ends at another time, or could not be made ready yet.'),
])

type PublishedEvent = z.infer<typeof publishedEventSchema>

export type EventType = PublishedEvent['type']

/** What a stream of events can be narrowed down to. */
export const eventTypes: readonly EventType[] = publishedEventSchema.options.map(
  ({ shape }) => shape.type.value,
)

/** An event as the stream tells it. The last two are of the stream itself, and come whatever it is narrowed down to. */
export const daemonEventSchema = z.discriminatedUnion('type', [
  ...publishedEventSchema.options,
  event('opened', {}).describe('The first: every event with a higher id follows.'),
  event('dropped', { count: z.int() }).describe(
    'So many events were not read in time and are lost; the last of them had this id.',
  ),
])

export type DaemonEvent = z.infer<typeof daemonEventSchema>

type Unnumbered<Event> = Event extends unknown ? Omit<Event, 'id' | 'time'> : never

/** An event before it was published. */
export type NewEvent = Unnumbered<PublishedEvent>

/** `?types=model.loading,model.loaded`; all of them where it is absent. */
export const eventQuerySchema = z.strictObject({
  types: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(eventTypes)))
    .exactOptional(),
})
