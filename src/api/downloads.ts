import { z } from 'zod'
import { listOf, modelNameSchema, timestampSchema } from './common.ts'
import { givenProfileSchema } from './model-profile.ts'
import { modelOptionsSchema } from './models.ts'

/**
 * `queued`: two files are fetched at a time. `running`: bytes come. `verifying`: they are all there, and are compared
 * with the digest. `failed`: nothing happens until it is resumed. `finished`: it is a model.
 */
export const downloadStateSchema = z.enum(['queued', 'running', 'verifying', 'paused', 'failed', 'finished'])

const downloadFileSchema = z.object({
  name: z.string().describe('As its source calls it.'),
  path: z.string().describe('Where it is once it is complete.'),
  size_bytes: z.int(),
  received_bytes: z.int(),
  sha256: z.string().nullable().describe('What it is compared with; null where the source names none.'),
})

export const downloadSchema = z.object({
  id: z.string(),
  name: z.string().describe('Of the model that it becomes.'),
  source: z.string(),
  created_at: timestampSchema,
  state: downloadStateSchema,
  received_bytes: z.int(),
  total_bytes: z.int(),
  bytes_per_second: z
    .int()
    .nullable()
    .describe('Over the last few seconds; null while no bytes are fetched.'),
  files: z.array(downloadFileSchema).describe('Several where the model is split.'),
  error: z
    .object({ code: z.string(), message: z.string(), hint: z.string().nullable() })
    .nullable()
    .describe('Why it failed.'),
})

export type Download = z.infer<typeof downloadSchema>

/** Oldest first. */
export const downloadListSchema = listOf(downloadSchema)

export const addDownloadSchema = z.strictObject({
  source: z
    .string()
    .min(1)
    .max(4096)
    .describe(
      '`hf:OWNER/REPO`, `hf:OWNER/REPO:QUANTIZATION`, `hf:OWNER/REPO/FILE` or a URL, which may end in `#sha256=DIGEST`.',
    ),
  name: modelNameSchema.exactOptional().describe('Of the model; made from the source where absent.'),
  ...givenProfileSchema.shape,
  options: modelOptionsSchema.default({}).describe('Of the model.'),
})

export type AddDownload = z.input<typeof addDownloadSchema>
