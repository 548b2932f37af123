import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

interface ReceivedSpan {
  traceId: string
  spanId: string
  parentSpanId: string | undefined
  name: string
  kind: number
  start: bigint
  end: bigint
  failed: boolean
  attributes: Record<string, string | number>
}

export interface Collector {
  url: string
  spans: ReceivedSpan[]
  bodies: string[]
  headers: IncomingHttpHeaders[]
  resource: Record<string, string | number>
  /** Statuses of the next answers; 200 when there are none left, and no answer at all for 0. */
  statuses: number[]
  answer: string
}

interface WireAttribute {
  key: string
  value: { stringValue?: string; intValue?: string; doubleValue?: number }
}

interface WireSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  status: { code?: number }
  attributes: WireAttribute[]
}

/** Takes OTLP over HTTP as JSON, and refuses what is none. Closed when the running test ends. */
export async function startCollector(): Promise<Collector> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request)
    const status = collector.statuses.shift() ?? 200
    collector.bodies.push(body)
    collector.headers.push(request.headers)
    if (status === 0) return
    const isRight = request.method === 'POST' && request.url === '/v1/traces'
    if (!isRight || request.headers['content-type'] !== 'application/json') {
      response.writeHead(400).end()
      return
    }
    if (status === 200) take(JSON.parse(body), collector)
    response.writeHead(status, { 'content-type': 'application/json' }).end(collector.answer)
  }
  const server = createServer((request, response) => void answer(request, response))
  const collector: Collector = {
    url: '',
    spans: [],
    bodies: [],
    headers: [],
    resource: {},
    statuses: [],
    answer: '{}',
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  collector.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return collector
}

function take(
  body: {
    resourceSpans: {
      resource: { attributes: WireAttribute[] }
      scopeSpans: { spans: WireSpan[] }[]
    }[]
  },
  collector: Collector,
): void {
  for (const { resource, scopeSpans } of body.resourceSpans) {
    collector.resource = readAttributes(resource.attributes)
    for (const span of scopeSpans.flatMap(({ spans }) => spans)) collector.spans.push(readSpan(span))
  }
}

function readSpan(span: WireSpan): ReceivedSpan {
  const { traceId, spanId, parentSpanId, name, kind, startTimeUnixNano, endTimeUnixNano } = span
  if (!/^[0-9a-f]{32}$/.test(traceId) || !/^[0-9a-f]{16}$/.test(spanId)) throw new Error('no identifiers')
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind,
    start: BigInt(startTimeUnixNano),
    end: BigInt(endTimeUnixNano),
    failed: span.status.code === 2,
    attributes: readAttributes(span.attributes),
  }
}

function readAttributes(attributes: WireAttribute[]): Record<string, string | number> {
  return Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue, doubleValue } }) => [
      key,
      stringValue ?? (intValue === undefined ? (doubleValue ?? Number.NaN) : Number(intValue)),
    ]),
  )
}
