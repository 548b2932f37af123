import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }

const root = fileURLToPath(new URL('..', import.meta.url))
const text = readFileSync(join(root, 'Containerfile'), 'utf8')
const ignored = readFileSync(join(root, '.containerignore'), 'utf8').split('\n')
const copied = Array.from(text.matchAll(/\/opt\/llmd\/([\w./-]+)(?= )/g), ([, path = '']) => path)

test('the container gets what the package holds, and what it depends on', () => {
  expect(copied).toEqual(expect.arrayContaining([...packageJson.files, 'package.json', 'node_modules']))
})

test('what it copies is there, or made while it is built', () => {
  const made = new Set(['dist', 'node_modules'])
  const taken = copied.filter((path) => !made.has(path))
  expect(taken.filter((path) => !existsSync(join(root, path)))).toEqual([])
  expect(taken.filter((path) => ignored.includes(path))).toEqual([])
})

test('nothing in it runs as root, and its health is what llmd says', () => {
  const last = text.slice(text.lastIndexOf('\nFROM '))
  expect(last.indexOf('\nUSER node\n')).toBeGreaterThan(last.lastIndexOf('\nRUN '))
  expect(last).toContain('CMD ["llmd", "status"]')
})
