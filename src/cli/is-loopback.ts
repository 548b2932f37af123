/** Whether only this machine can reach a listener: a Unix socket, or a loopback address. */
export function isLoopback(listener: string): boolean {
  const { protocol, hostname } = new URL(listener)
  return (
    protocol === 'unix:' || hostname === 'localhost' || hostname === '[::1]' || /^127\.[\d.]+$/.test(hostname)
  )
}
