import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from './temporary-folder.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Lints files, given by path, as if they stood in this project: under its own rules. */
function lint(files: Record<string, string>): { status: number | null; output: string } {
  const folder = temporaryFolder()
  for (const name of ['oxlint.config.ts', 'tsconfig.json', 'package.json']) {
    copyFileSync(join(root, name), join(folder, name))
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), source)
  }
  const oxlint = join(root, 'node_modules/.bin/oxlint')
  const { status, stdout, stderr } = spawnSync(
    oxlint,
    ['--type-aware', '--deny-warnings', ...Object.keys(files)],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  )
  return { status, output: stdout + stderr }
}

const imports = (specifier: string) => `export * from '${specifier}'\n`

test.for([
  ['src/chat/planted.ts', '../http/listen.ts'],
  ['src/formats/openai-chat/planted.ts', '../../storage/database.ts'],
  ['src/inference/planted.ts', '../access/token-store.ts'],
  ['src/inference/engine/planted.ts', '../../daemon.ts'],
  ['src/http/routes/planted.ts', '../../storage/database.ts'],
  ['src/storage/planted.ts', '../api/models.ts'],
  ['src/front/planted.ts', '../storage/database.ts'],
  ['src/client/planted.ts', '../inference/inference.ts'],
  ['src/http/planted.ts', 'better-sqlite3'],
  ['src/access/planted.ts', 'node-llama-cpp'],
  ['src/client/planted.ts', 'hono'],
  ['commands/planted.ts', '../src/storage/database.ts'],
  ['commands/models/planted.ts', '../../src/daemon.ts'],
] as const)('%s may not import %s', ([path, specifier]) => {
  const { status, output } = lint({ [path]: imports(specifier) })
  expect(output).toContain('no-restricted-imports')
  expect(status).not.toBe(0)
})

test('an allowed import passes the same lint', () => {
  const { status, output } = lint({
    'src/formats/openai-chat/planted.ts': imports('../../chat/event.ts'),
    'src/chat/event.ts': 'export const event = 1\n',
  })
  expect(output).not.toContain('no-restricted-imports')
  expect(status).toBe(0)
})

test('a cycle is found', () => {
  const { status, output } = lint({
    'src/chat/one.ts': "import { two } from './two.ts'\nexport const one = () => two\n",
    'src/chat/two.ts': "import { one } from './one.ts'\nexport const two = () => one\n",
  })
  expect(output).toContain('no-cycle')
  expect(status).not.toBe(0)
})

test('a floating promise is found', () => {
  const { status, output } = lint({
    'src/chat/floating.ts': 'async function work() {}\nexport function start() {\n  work()\n}\n',
  })
  expect(output).toContain('no-floating-promises')
  expect(status).not.toBe(0)
})

test('oxlint.config.ts knows every room of src/', () => {
  const config = readFileSync(join(root, 'oxlint.config.ts'), 'utf8')
  const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  for (const { name } of rooms) expect(config).toMatch(new RegExp(`^  ${name}: `, 'm'))
})

test('docs/architecture.md tells of each room what it may import', () => {
  const config = readFileSync(join(root, 'oxlint.config.ts'), 'utf8')
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
  const rooms = Array.from(
    config.matchAll(/^  (\w+): \{\s+imports: \[([^\]]*)\]/gm),
    ([, room, allowed = '']) => [room, (allowed.match(/\w+/g) ?? []).join(', ')],
  )
  expect(rooms.length).toBeGreaterThan(10)
  const rows = page.matchAll(/^\| `(\w+)` \|.+?\|([^|]*)\|[^|]*\|$/gm)
  const table = Array.from(rows, ([, room, allowed = '']) => [room, allowed.trim()])
  expect(Object.fromEntries(table)).toEqual(Object.fromEntries(rooms))
})
