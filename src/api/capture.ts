import { z } from 'zod'
import { timestampSchema } from './common.ts'

/** A capture goes off by itself, at the latest after a day. */
const longestSeconds = 86_400

export const startCaptureSchema = z.strictObject({
  seconds: z.int().min(1).max(longestSeconds),
  model: z.string().exactOptional().describe('As clients name it; without it, requests to any model.'),
})

export type StartCapture = z.infer<typeof startCaptureSchema>

/** A capture of prompts and answers that is on. */
export const activeCaptureSchema = z.object({
  until: timestampSchema,
  model: z.string().nullable(),
  file: z.string().describe("Where they go, on the daemon's machine."),
})

export type ActiveCapture = z.infer<typeof activeCaptureSchema>

export const captureSchema = z.object({ capture: activeCaptureSchema.nullable() })
