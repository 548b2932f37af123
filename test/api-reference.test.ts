import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { daemonEventSchema } from '../src/api/events.ts'
import { errorCatalogue } from '../src/errors.ts'
import { chatCompletionSchema } from '../src/formats/openai-chat/schema.ts'
import { completionSchema } from '../src/formats/openai-completions/schema.ts'
import { promptToolPaths } from '../src/http/routes/prompt-tools.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(join(root, 'docs/api.md'), 'utf8')
const sections = page.split(/^## /m)

/** What stands in backticks in the section with this heading. */
function namesIn(heading: string): Set<string> {
  const section = sections.find((text) => text.startsWith(heading)) ?? ''
  return new Set(Array.from(section.matchAll(/`([^`]+)`/g), ([, name = '']) => name))
}

test('every error of the catalogue has its row, with status and type', () => {
  const rows = page.matchAll(/^\| `(\w+)` \| (\d+) \| `(\w+)` \| .+ \|$/gm)
  const table = Array.from(rows, ([, code, status, type]) => [code, { status: Number(status), type }])
  expect(Object.fromEntries(table)).toEqual(errorCatalogue)
})

test.for([
  ['`POST /v1/chat/completions`', chatCompletionSchema],
  ['`POST /v1/completions`', completionSchema],
] as const)('every parameter of %s is told of', ([heading, schema]) => {
  const told = namesIn(heading)
  expect(Object.keys(schema.shape).filter((name) => !told.has(name))).toEqual([])
})

test('every path that is served is told of', () => {
  const folder = join(root, 'src/http/routes')
  const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  const mounted = sources.flatMap((source) =>
    Array.from(source.matchAll(/mountResource\(app, '([^']+)'/g), ([, path = '']) => path),
  )
  expect(mounted.length).toBeGreaterThan(10)
  // `:name` is NAME on the page.
  const paths = mounted.map((path) =>
    path.replace(/:(\w+)(\{.*\})?/, (_, name: string) => name.toUpperCase()),
  )
  const told = new Set(page.split(/[\s`]/))
  expect([...paths, ...promptToolPaths].filter((path) => !told.has(path))).toEqual([])
})

test('every event is told of, with what it has', () => {
  const rows = page.matchAll(/^\| `([\w.]+)` \|((?: `\w+`,?)*) \| .+ \|$/gm)
  const table = Array.from(rows, ([, type, fields = '']) => [type, fields.match(/\w+/g) ?? []])
  const events = daemonEventSchema.options.map(({ shape }) => [
    shape.type.value,
    Object.keys(shape).filter((name) => !['type', 'id', 'time'].includes(name)),
  ])
  expect(table).toEqual(expect.arrayContaining(events))
})
