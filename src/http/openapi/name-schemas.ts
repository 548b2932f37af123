import type { z } from 'zod'
import { activeCaptureSchema } from '../../api/capture.ts'
import { errorBodySchema } from '../../api/common.ts'
import { downloadSchema } from '../../api/downloads.ts'
import { daemonEventSchema } from '../../api/events.ts'
import { logEntrySchema } from '../../api/logs.ts'
import { mcpServerSchema, rpcErrorSchema } from '../../api/mcp.ts'
import { localModelSchema, modelSchema } from '../../api/models.ts'
import { providerSchema } from '../../api/providers.ts'
import { openRequestSchema } from '../../api/requests.ts'
import { settingSchema } from '../../api/settings.ts'
import { tokenSchema } from '../../api/tokens.ts'
import { modelEntrySchema } from '../../formats/openai-models/answer-schema.ts'
import { openAiErrorSchema } from '../../formats/openai-common/error-schema.ts'
import { usageSchema } from '../../formats/openai-common/usage-schema.ts'
import type { Operation } from './operation.ts'

/** What is part of several answers. */
const shared = {
  Error: openAiErrorSchema,
  AdminError: errorBodySchema,
  RpcError: rpcErrorSchema,
  Capture: activeCaptureSchema,
  DaemonEvent: daemonEventSchema,
  Download: downloadSchema,
  LocalModel: localModelSchema,
  LogEntry: logEntrySchema,
  McpServer: mcpServerSchema,
  Model: modelSchema,
  OpenRequest: openRequestSchema,
  Provider: providerSchema,
  PublicModel: modelEntrySchema,
  Setting: settingSchema,
  Token: tokenSchema,
  Usage: usageSchema,
}

export interface SchemaNames {
  bodies: Map<z.ZodType, string>
  answers: Map<z.ZodType, string>
}

/** A name for each schema of the operations: its own where it has one, else one that the operation gives it. */
export function nameSchemas(operations: Iterable<Operation>): SchemaNames {
  const bodies = new Map<z.ZodType, string>()
  const answers = new Map<z.ZodType, string>(Object.entries(shared).map(([name, schema]) => [schema, name]))
  for (const { id, body, answer, otherwise } of operations) {
    const name = `${id.charAt(0).toUpperCase()}${id.slice(1)}`
    if (body && !bodies.has(body.schema)) bodies.set(body.schema, `${name}Body`)
    const { json, events } = answer
    for (const one of [json, otherwise?.json]) {
      if (one && !answers.has(one.schema)) answers.set(one.schema, `${name}Answer`)
    }
    if (events && !answers.has(events.schema)) answers.set(events.schema, `${name}Event`)
  }
  return { bodies, answers }
}
