import type { Arrival } from '../../src/http/arrival.ts'
import type { Fake } from './fake-services.ts'

/** A request from this machine, by TCP. */
export const overTcp: Arrival = { via: 'tcp', boundHost: '127.0.0.1', hostHeaders: ['127.0.0.1:5563'] }

interface Call {
  method?: string
  path: string
  key?: string
  headers?: Record<string, string>
  json?: unknown
  arrival?: Arrival
}

/** Asks the app itself, without a listener. */
export async function call(
  fake: Fake,
  { method = 'GET', path, key, headers = {}, json, arrival = overTcp }: Call,
) {
  const request = new Request(`http://127.0.0.1:5563${path}`, {
    method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  })
  const response = await fake.app.fetch(request, arrival)
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined }
}
