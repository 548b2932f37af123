import { z } from 'zod'
import { logLevels } from '../log.ts'
import { timestampSchema } from './common.ts'

/** One line of the log. What else stands in it depends on the message. */
export const logEntrySchema = z.looseObject({
  time: timestampSchema,
  level: z.enum(logLevels),
  message: z.string(),
})

export type LogEntry = z.infer<typeof logEntrySchema>

/** What the stream of the log tells. */
export const logItemSchema = z.discriminatedUnion('type', [
  z
    .object({ type: z.literal('opened') })
    .describe('The first: what is there already follows, and then what comes.'),
  z.object({ type: z.literal('line'), entry: logEntrySchema }),
  z
    .object({ type: z.literal('dropped'), count: z.int() })
    .describe('So many lines, of all that were written, were not read in time and are left out here.'),
])

export type LogItem = z.infer<typeof logItemSchema>

/** Which lines are asked for; all that are absent ask for every line. */
const logFilterSchema = z.strictObject({
  since: timestampSchema
    .exactOptional()
    .describe('From this time on, however far back the log goes; without it, the lines in memory.'),
  level: z.enum(logLevels).exactOptional().describe('This level and those above.'),
  model: z.string().exactOptional().describe('The name of a model, as a client or the catalog has it.'),
  request: z.string().exactOptional().describe('The id of a request.'),
})

export type LogFilter = z.infer<typeof logFilterSchema>

/** `?level=warn&follow=1`; without `follow` the stream ends with the last line that is there. */
export const logQuerySchema = logFilterSchema.extend({
  follow: z
    .enum(['0', '1'])
    .transform((flag) => flag === '1')
    .exactOptional(),
})

export type LogQuery = z.output<typeof logQuerySchema>
