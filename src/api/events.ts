import { z } from 'zod'
import { timestampSchema } from './common.ts'
import { downloadStateSchema } from './downloads.ts'

function event<Type extends string, Fields extends z.ZodRawShape>(type: Type, fields: Fields) {
  return z.object({
    type: z.literal(type),
    /** Grows by one with each event of a daemon, and begins anew with the next daemon. */
    id: z.int(),
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
  /** As the client named it; null where it was refused before that was known. */
  model: z.string().nullable(),
  /** Name of the token it came with; null for whoever needs none. */
  token_name: z.string().nullable(),
}

/** A model that is being downloaded. */
const downloadFields = {
  download_id: z.string(),
  /** Of the model. */
  name: z.string(),
}

/** All that can happen. An event is added here, and published by whoever knows of it. */
const publishedEventSchema = z.discriminatedUnion('type', [
  /** `progress` runs from 0 to 1, and comes at most ten times a second. */
  event('model.loading', { name: z.string(), progress: z.number() }),
  /** `ms`: how long the load took, without the wait for room. */
  event('model.loaded', { name: z.string(), ms: z.int() }),
  event('model.unloaded', { name: z.string(), reason: unloadReasonSchema }),
  /** It was being loaded, and is not. */
  event('model.failed', { name: z.string(), code: z.string(), message: z.string() }),
  event('request.started', requestFields),
  /** `code`: what went wrong, though the status may have been sent before. */
  event('request.finished', {
    ...requestFields,
    status: z.int(),
    code: z.string().nullable(),
    ms: z.int(),
  }),
  /** At most four times a second, and whenever `state` changes; of bytes. */
  event('download.progress', {
    ...downloadFields,
    state: downloadStateSchema,
    received: z.int(),
    total: z.int(),
    bytes_per_second: z.int().nullable(),
  }),
  /** It is a model now. */
  event('download.finished', downloadFields),
  event('download.failed', { ...downloadFields, code: z.string(), message: z.string() }),
  event('download.cancelled', downloadFields),
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
  /** The first: every event with a higher id follows. */
  event('opened', {}),
  /** So many events were not read in time and are lost; the last of them had this id. */
  event('dropped', { count: z.int() }),
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
