import { z } from 'zod'
import { timestampSchema } from './common.ts'

export const statusSchema = z.object({
  pid: z.int(),
  version: z.string(),
  started_at: timestampSchema,
  uptime_seconds: z.number(),
  /** `http://127.0.0.1:5563`, `unix:///run/...`. */
  listeners: z.array(z.string()),
  draining: z.boolean(),
  models: z.object({ total: z.int(), loaded: z.int() }),
  requests: z.object({ active: z.int(), queued: z.int(), served: z.int() }),
  memory: z.object({ daemon_bytes: z.int(), engines_bytes: z.int() }),
})

export type Status = z.infer<typeof statusSchema>
