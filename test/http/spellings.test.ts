import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Listener, listenTcp } from '../../src/http/listen.ts'
import { operationGroups } from '../../src/http/openapi/operation-groups.ts'
import { fakeApp, keys } from './fake-services.ts'
import { errorOf, rawRequest, statusOf } from './raw-request.ts'

/** Every operation that asks for a token. */
const routes = operationGroups
  .filter(({ scope }) => scope !== null)
  .flatMap(({ operations }) => Object.keys(operations))
  .map((endpoint) => endpoint.replace(/:\w+\{\.\+\}/, 'test/model').replace(/:\w+/, 'm'))

const spellings: Record<string, (path: string) => string> = {
  'as it is': (path) => path,
  'in upper case': (path) => path.toUpperCase(),
  'with a doubled slash before': (path) => `/${path}`,
  'with doubled slashes': (path) => path.replaceAll('/', '//'),
  'with encoded slashes': (path) => `/${path.slice(1).replaceAll('/', '%2F')}`,
  'with a dot part': (path) => `/.${path}`,
  'by way of /health': (path) => `/health/..${path}`,
  'by an encoded way of /health': (path) => `/health/%2e%2e${path}`,
  'by way of /swagger-ui': (path) => `/swagger-ui/..${path}`,
  'with a dot after it': (path) => `${path}.`,
  'with a slash after it': (path) => `${path}/`,
  'with a path parameter': (path) => `${path};/health`,
  'with a NUL': (path) => `${path}%00/health`,
  'encoded twice': (path) => path.replaceAll('/v1', '/%2576%2531'),
  'encoded once': (path) => path.replaceAll('/v1', '/%76%31'),
  'with backslashes': (path) => path.replaceAll('/', '\\'),
  'with a query': (path) => `${path}?/health`,
  'with a fragment': (path) => `${path}#/health`,
  'as an absolute URL': (path) => `http://localhost${path}`,
  'as an absolute URL of another': (path) => `http://localhost/health/..${path}`,
  'with a bad escape': (path) => `${path}%zz`,
}

let listener: Listener
let stopped: () => boolean
// One each: who shows wrong keys one after another is told to slow down.
beforeEach(async () => {
  const fake = fakeApp()
  stopped = fake.stopped
  listener = await listenTcp({ app: fake.app, host: '127.0.0.1', port: 0 })
})
afterEach(() => listener.close())

function ask(method: string, path: string, headers: string[] = []) {
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: close',
    'Content-Length: 2',
    ...headers,
  ]
  return rawRequest(listener.url, `${head.join('\r\n')}\r\n\r\n{}`)
}

describe.each(routes)('%s without a token', (route) => {
  const [method = '', path = ''] = route.split(' ')

  it.each(Object.entries(spellings))('%s', async (_name, spell) => {
    const answer = await ask(method, spell(path))
    expect([400, 401]).toContain(statusOf(answer))
    expect(answer.toLowerCase()).toContain('x-request-id: req_')
    expect(stopped()).toBe(false)
  })
})

describe.each([
  'Authorization: Bearer wrong',
  `Authorization: Basic ${keys.all}`,
  `Authorization: Bearer ${keys.all}x`,
  `Authorization: Bearer ${keys.all}\r\nAuthorization: Bearer ${keys.all}`,
  "Authorization: Bearer ' OR 1=1--",
  `X-Api-Key: ${keys.all}, ${keys.all}`,
  `Cookie: key=${keys.all}`,
])('%s', (header) => {
  it.each(routes)('opens not %s', async (route) => {
    const [method = '', path = ''] = route.split(' ')
    const answer = await ask(method, path, [header])
    expect(statusOf(answer)).toBe(401)
    expect(errorOf(answer).code).toBe('invalid_api_key')
  })
})
