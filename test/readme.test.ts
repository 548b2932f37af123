import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { environmentSettings } from '../src/config/environment-settings.ts'
import { knownSettings } from '../src/config/settings-schema.ts'
import { defaultSettings } from '../src/config/settings.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const cells = (line: string) => line.split('|').map((cell) => cell.trim().replaceAll('`', ''))
const rows = read('README.md').matchAll(/^\| `\w+\.\w+` \| `LLMD_.*$/gm)
const table = Array.from(rows, ([line]) => cells(line).slice(1, 4))

const shown = (value: unknown) => (Array.isArray(value) && value.length === 0 ? 'none' : String(value))

test('the README lists every setting, with its default', () => {
  const expected = knownSettings.map(({ group, key }) => {
    const defaults = Object.entries(defaultSettings).find(([name]) => name === group)?.[1]
    return [`${group}.${key}`, shown(Reflect.get(Object(defaults), key))]
  })
  expect(table.map(([name, , value]) => [name, value])).toEqual(expected)
})

test.each(table)('%s is set by %s', (name = '', variable = '', value = '') => {
  const [group = '', key = ''] = name.split('.')
  const text = value === 'none' ? 'example.org' : value
  expect(environmentSettings({ [variable]: text })).toHaveProperty([group, key])
})

test.each(['README.md', 'CONTRIBUTING.md', 'docs/api.md', 'docs/architecture.md', 'docs/operations.md'])(
  '%s links to files that exist',
  (page) => {
    const links = Array.from(read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g), ([, path = '']) => path)
    expect(links.filter((path) => !existsSync(join(root, dirname(page), path)))).toEqual([])
  },
)
