import { z } from 'zod'
import { activeCaptureSchema } from './capture.ts'
import { timestampSchema } from './common.ts'

export const statusSchema = z.object({
  pid: z.int(),
  version: z.string(),
  started_at: timestampSchema,
  uptime_seconds: z.number(),
  listeners: z.array(z.string()).describe('`http://127.0.0.1:5563`, `unix:///run/...`.'),
  draining: z.boolean(),
  fronts: z
    .array(
      z.object({
        pid: z.int(),
        started_at: timestampSchema,
        active: z.int(),
        served: z.int(),
        memory_bytes: z.int(),
      }),
    )
    .describe(
      'Processes beside the daemon that take requests (`server.fronts`), and what they have answered.',
    ),
  models: z.object({ total: z.int(), loaded: z.int() }),
  requests: z.object({ active: z.int(), queued: z.int(), served: z.int() }),
  capture: activeCaptureSchema.nullable().describe('Prompts and answers are being written down.'),
  memory: z.object({
    daemon_bytes: z.int(),
    engines_bytes: z.int(),
    budget_bytes: z.int().describe('What all engines together may take.'),
  }),
  gpus: z
    .array(z.object({ name: z.string(), used_bytes: z.int(), total_bytes: z.int() }))
    .describe('GPUs that loaded models compute on, and their memory, whoever uses it. Empty on the CPU.'),
})

export type Status = z.infer<typeof statusSchema>
