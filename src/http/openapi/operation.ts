import type { z } from 'zod'
import type { Scope } from '../../api/tokens.ts'
import type { TellableError } from './error-meanings.ts'

/** The method and the path, as hono has them: `GET /llmd/v1/models/:name`. */
type Endpoint = `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`

/** What one method of one path takes and answers. */
export interface Operation {
  /** Names it in code that is made from the document. */
  id: string
  summary: string
  description?: string
  /** What the parameters of the path are. */
  parameters?: Record<string, string>
  query?: z.ZodObject<Record<string, z.ZodType>>
  body?: { schema: z.ZodType; example: unknown }
  answer: {
    /** 200 where absent. */
    status?: 201 | 202
    description: string
    json?: Example
    /** Server-sent events. */
    events?: EventStream
    /** Media type of what is no JSON. */
    file?: string
  }
  /** What is answered instead, and is no error. */
  otherwise?: { status: 503; description: string; json: Example }
  /** Beside those that come with its scope and its body. */
  errors?: readonly TellableError[]
}

interface Example {
  schema: z.ZodType
  example?: unknown
}

export interface EventStream {
  /** Of what each `data:` holds. */
  schema: z.ZodType
  examples: unknown[]
  /** The `data:` of the last event, where that is another. */
  end?: string
}

/** Operations that belong together. */
export interface OperationGroup {
  name: string
  description: string
  /** What a token needs; null where anyone may ask. */
  scope: Scope | null
  /** What all of them can fail with. */
  errors?: readonly TellableError[]
  operations: Record<Endpoint, Operation>
}
