/** What a target's key says: `PROVIDER/MODEL`, or `local:NAME`, whose provider is null. */
export function readTarget(key: string): { provider: string | null; model: string } {
  if (key.startsWith('local:')) return { provider: null, model: key.slice('local:'.length) }
  const slash = key.indexOf('/')
  return { provider: key.slice(0, slash), model: key.slice(slash + 1) }
}
