import type { AttributeValue } from './span.ts'

/** Where spans go, and what they say of this daemon. */
export interface TraceDestination {
  url: string
  headers: Record<string, string>
  resource: Record<string, AttributeValue>
}

/**
 * What the setting says, or where it is `auto`, the variables of OpenTelemetry. Undefined where nothing is to be sent.
 * @param options.endpoint `auto`, or the address that `/v1/traces` is appended to
 */
export function traceDestination({
  endpoint,
  env,
  version,
}: {
  endpoint: string
  env: NodeJS.ProcessEnv
  version: string
}): TraceDestination | undefined {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none')
    return undefined
  const base = endpoint === 'auto' ? env['OTEL_EXPORTER_OTLP_ENDPOINT'] : endpoint
  const own = endpoint === 'auto' ? env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] : undefined
  const url = own || (base && `${base.replace(/\/+$/, '')}/v1/traces`)
  if (!url || !isHttp(url)) return undefined
  return {
    url,
    headers: {
      ...readPairs(env['OTEL_EXPORTER_OTLP_HEADERS']),
      ...readPairs(env['OTEL_EXPORTER_OTLP_TRACES_HEADERS']),
    },
    resource: {
      'service.version': version,
      ...readPairs(env['OTEL_RESOURCE_ATTRIBUTES']),
      'service.name':
        env['OTEL_SERVICE_NAME'] || readPairs(env['OTEL_RESOURCE_ATTRIBUTES'])['service.name'] || 'llmd',
    },
  }
}

function isHttp(url: string): boolean {
  return /^https?:$/.test(URL.parse(url)?.protocol ?? '')
}

/** `name=value,other=value`, with what is not allowed there as `%2C`. What is no pair is left out. */
function readPairs(text = ''): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=')
    return at <= 0 ? [] : [[pair.slice(0, at).trim(), decode(pair.slice(at + 1).trim())] as const]
  })
  return Object.fromEntries(pairs)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
