import type { IncomingHttpHeaders } from 'node:http'

const ofRequest =
  /^(accept|content-type|last-event-id|mcp-(session-id|protocol-version|method|name|param-.+))$/
const ofAnswer = new Set(['content-type', 'mcp-session-id', 'mcp-protocol-version', 'retry-after'])

/** Of a client's headers those that belong to the transport: nothing else of them goes upstream. */
export function requestHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => ofRequest.test(name)))
}

/** Of an upstream's headers those that clients may see. */
export function answerHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const passed: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && ofAnswer.has(name)) passed[name] = String(value)
  }
  return passed
}
