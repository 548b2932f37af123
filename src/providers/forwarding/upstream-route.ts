import type { UpstreamConnection } from '../connection.ts'
import { proxyAuthorization } from './create-connector.ts'

/** To whom requests are sent, and how their paths and headers begin. */
export interface UpstreamRoute {
  origin: string
  /** Whether the connection is a tunnel through the proxy. */
  tunnel: boolean
  /** The target of a request for what is at this path of the base URL. */
  target(path: string): string
  headers: Record<string, string>
}

/** Plain HTTP is asked of a proxy itself, as proxies want it; anything else goes through it in a tunnel. */
export function routeTo({ baseUrl, proxy }: UpstreamConnection): UpstreamRoute {
  const base = new URL(baseUrl)
  const folder = base.pathname.replace(/\/$/, '')
  const asksProxy = proxy !== null && base.protocol === 'http:'
  const start = asksProxy ? `${base.origin}${folder}` : folder
  const target = (path: string) => {
    const [name = '', query] = path.split('?', 2)
    const queries = [base.search.slice(1), query ?? ''].filter((each) => each !== '')
    return `${start}${name}${queries.length === 0 ? '' : `?${queries.join('&')}`}` || '/'
  }
  if (!asksProxy) return { origin: base.origin, tunnel: proxy !== null, target, headers: {} }
  const proxyUrl = new URL(proxy)
  const headers = { host: base.host, ...proxyAuthorization(proxyUrl) }
  return { origin: proxyUrl.origin, tunnel: false, target, headers }
}
