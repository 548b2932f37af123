/** The first address among listeners that a program on this machine can be pointed at; undefined if all are sockets. */
export function reachableUrl(listeners: string[]): string | undefined {
  const listener = listeners.find((candidate) => /^https?:/.test(candidate))
  if (listener === undefined) return undefined
  const url = new URL(listener)
  // Listening on all addresses is no address to connect to.
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1'
  if (url.hostname === '[::]') url.hostname = '[::1]'
  return url.origin
}
