import { reachableUrl } from './reachable-url.ts'

/** What a daemon tells people once it listens: where, and at its first start the token, ready to be tried. */
export function greeting({
  listeners,
  firstToken,
}: {
  listeners: string[]
  firstToken: string | null
}): string {
  const where = `Listening on ${listeners.join(' and ')}`
  if (firstToken === null) return where
  const url = reachableUrl(listeners)
  const body = JSON.stringify({
    model: 'llmd-demo',
    messages: [{ role: 'user', content: 'Hello!' }],
  })
  const example = [
    'Try it:',
    '',
    `curl ${url}/v1/chat/completions \\`,
    `  -H 'Authorization: Bearer ${firstToken}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${body}'`,
  ]
  return [
    where,
    '',
    `The first token, shown only this once: ${firstToken}`,
    ...(url === undefined ? [] : ['', ...example]),
  ].join('\n')
}
