import { existsSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { Hono } from 'hono'
import { describe, expect, it, test } from 'vitest'
import { errorCatalogue } from '../../../src/errors.ts'
import type { HttpEnv } from '../../../src/http/http-env.ts'
import { mountRoutes } from '../../../src/http/mount-routes.ts'
import { createDocument } from '../../../src/http/openapi/create-document.ts'
import { errorMeanings } from '../../../src/http/openapi/error-meanings.ts'
import { operationGroups } from '../../../src/http/openapi/operation-groups.ts'
import { fakeApp } from '../fake-services.ts'
import { openDocument } from './open-document.ts'

const document = createDocument()
const { refusal } = openDocument(document)
const operations = operationGroups.flatMap((group) => Object.entries(group.operations))

test('what is mounted is told of, and nothing else', () => {
  const { services, requests } = fakeApp()
  const app = new Hono<HttpEnv>()
  mountRoutes(app, { ...services, requests, body: { maxBytes: 1 } })
  const mounted = app.routes
    // Of every path, the refusal of other methods.
    .filter(({ method, path }) => method !== 'ALL' && !path.startsWith('/swagger-ui'))
    .map(({ method, path }) => `${method} ${path}`)
  expect(operations.map(([endpoint]) => endpoint).toSorted()).toEqual(mounted.toSorted())
})

const officialSchema = new URL(
  '../../../node_modules/@seriousme/openapi-schema-validator/schemas/v3.1/schema.json',
  import.meta.url,
)

test.skipIf(!existsSync(officialSchema))(
  'it is as the OpenAPI Initiative says (skipped without its schema)',
  () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    const validate = ajv.compile(JSON.parse(readFileSync(officialSchema, 'utf8')))
    validate(JSON.parse(JSON.stringify(document)))
    expect(validate.errors).toBe(null)
  },
)

test('every operation has a name of its own, and each parameter of its path is told of', () => {
  const names = operations.map(([, { id }]) => id)
  expect(new Set(names).size).toBe(names.length)
  for (const [endpoint, { parameters = {} }] of operations) {
    const inPath = Array.from(endpoint.matchAll(/:(\w+)/g), ([, name]) => name)
    expect([endpoint, Object.keys(parameters)]).toEqual([endpoint, inPath])
  }
})

describe('every reference', () => {
  const references = Array.from(JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g), ([, path]) => path)

  it.each([...new Set(references)])('%s leads somewhere', (path = '') => {
    const target = path
      .split('/')
      .slice(1)
      .reduce<unknown>((value, key) => Reflect.get(Object(value), key), document)
    expect(target).toBeTypeOf('object')
  })
})

describe.each(operations)('%s', (_endpoint, { body, answer, otherwise }) => {
  const events = answer.events?.examples.map((example) => ({ schema: answer.events?.schema, example }))
  const shown = [body, answer.json, otherwise?.json, ...(events ?? [])].filter(
    (one) => one?.example !== undefined,
  )

  it('shows what it takes and what it gives', () => {
    for (const { schema, example } of shown.filter((one) => one !== undefined)) {
      expect(schema?.safeParse(example).error).toBe(undefined)
      expect(refusal(schema, example)).toBe(null)
    }
  })
})

describe('errors', () => {
  it.each(Object.entries(document.components.examples))(
    '%s is shown as it is answered',
    (name, { value }) => {
      const { error } = value
      const [, surface = '', code] = /^((?:admin|mcp)_(?!server|session))?(.+)$/.exec(name) ?? []
      expect('data' in error ? error.data.code : error.code).toBe(code)
      const schemas: Record<string, string> = { admin_: 'AdminError', mcp_: 'RpcError' }
      expect(refusal(schemas[surface] ?? 'Error', value)).toBe(null)
    },
  )

  it('has every error of the catalogue that an operation can have, in the words of docs/api.md', () => {
    const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8')
    const rows = page.matchAll(/^\| `(\w+)` \| \d+ \| `\w+` \| (.+) \|$/gm)
    const told = Array.from(rows, ([, code = '', meaning = '']) => [code, meaning] as const)
    // The first two are of what is not in the document; the last only stands in a download.
    const ofNoOperation = new Set(['not_found', 'method_not_allowed', 'download_corrupt'])
    const ofOperations = told.filter(
      ([code, meaning]) => !/^(commands|log) only/.test(meaning) && !ofNoOperation.has(code),
    )
    expect(errorMeanings).toEqual(Object.fromEntries(ofOperations))
    expect(told.length).toBe(Object.keys(errorCatalogue).length)
    const shown = Object.keys(document.components.examples).map((name) =>
      name.replace(/^(admin|mcp)_(?!server|session)/, ''),
    )
    expect([...new Set(shown)].toSorted()).toEqual(Object.keys(errorMeanings).toSorted())
  })
})
