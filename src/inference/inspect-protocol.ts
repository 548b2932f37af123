import type { ErrorCode } from '../errors.ts'
import type { GgufSummary } from './inference.ts'

/** To the process that inspects a file. */
export interface InspectRequest {
  path: string
}

/** From it, once. */
export type InspectReply =
  | { ok: true; summary: GgufSummary }
  | { ok: false; code: ErrorCode; message: string; hint: string | null }
