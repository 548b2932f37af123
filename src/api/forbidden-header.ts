/** Headers that carry credentials: a provider's key has a place of its own, where it is encrypted. */
const credentials =
  /(^|-)(auth|authorization|authentication|cookie2?|credentials?|key|password|secret|token)$|apikey$/

/** Headers that belong to the connection, to the body or to llmd. */
const managed = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'forwarded',
  'host',
  'keep-alive',
  'openai-organization',
  'openai-project',
  'origin',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
])

/** Whether an operator may not set this header for every request, as it is a credential or llmd's own. */
export function isForbiddenHeader(name: string): boolean {
  const lower = name.toLowerCase()
  return credentials.test(lower) || managed.has(lower)
}
