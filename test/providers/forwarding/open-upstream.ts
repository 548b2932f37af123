import { setImmediate } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import type { UpstreamConnection, UpstreamDeadlines } from '../../../src/providers/connection.ts'
import { createUpstream } from '../../../src/providers/create-upstream.ts'
import type { ForwardRequest, ForwardResult, Upstream } from '../../../src/providers/upstream.ts'
import { Secret } from '../../../src/secret.ts'
import { startFaultServer, type FaultServer } from '../../fixtures/fault-server.ts'
import { collectAnswer, type CollectedAnswer } from './collect-answer.ts'

export const canary = 'sk-canary-0123456789'

export function connectionTo(baseUrl: string, changes: Partial<UpstreamConnection> = {}): UpstreamConnection {
  return {
    provider: 'acme',
    baseUrl,
    auth: { header: 'authorization', prefix: 'Bearer ' },
    key: new Secret(canary),
    headers: {},
    proxy: null,
    ca: null,
    socket: null,
    allowPrivate: false,
    asksForStreamUsage: false,
    ...changes,
  }
}

export const patient: UpstreamDeadlines = { connect: 5000, firstByte: 10_000, idle: 10_000, total: 20_000 }

/** Closed when the running test ends. */
export async function startFaults(
  options: Parameters<typeof startFaultServer>[0] = {},
): Promise<FaultServer> {
  const server = await startFaultServer(options)
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

/** Closed when the running test ends. */
export function openUpstream(
  connection: UpstreamConnection,
  deadlines: UpstreamDeadlines = patient,
  options: Parameters<typeof createUpstream>[2] = {},
): Upstream {
  const upstream = createUpstream(connection, deadlines, options)
  onTestFinished(() => upstream[Symbol.asyncDispose]())
  return upstream
}

interface RequestChanges {
  path?: string
  stream?: boolean
  [field: string]: unknown
}

export function requestFor(
  model: string,
  { path = '/chat/completions', stream = false, ...rest }: RequestChanges = {},
): ForwardRequest {
  const parsed = { model: 'alias', stream, messages: [], ...rest }
  return { path, body: Buffer.from(JSON.stringify(parsed)), parsed, model, clientModel: 'alias', stream }
}

export interface Forwarded {
  answer: CollectedAnswer
  result: ForwardResult | undefined
  thrown: unknown
}

/** Forwards, and tells what came of it either way, a turn later: then the connection is free again. */
export async function forward(
  upstream: Upstream,
  request: ForwardRequest,
  signal: AbortSignal = new AbortController().signal,
): Promise<Forwarded> {
  const answer = collectAnswer()
  try {
    return { answer, result: await upstream.forward(request, answer, signal), thrown: undefined }
  } catch (thrown) {
    return { answer, result: undefined, thrown }
  } finally {
    await setImmediate()
  }
}
