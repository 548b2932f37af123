import { randomUUID } from 'node:crypto'

/** Names one request in its answer's `x-request-id` and in the log. */
export function createRequestId(): string {
  return `req_${randomUUID().replaceAll('-', '')}`
}
