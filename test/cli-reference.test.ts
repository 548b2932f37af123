import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from './temporary-folder.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

test('docs/cli.md says what the manifest says; "npm run build" renews it', () => {
  const fresh = join(temporaryFolder(), 'cli.md')
  execFileSync(process.execPath, [join(root, 'scripts/cli-reference.js'), fresh])
  expect(readFileSync(join(root, 'docs/cli.md'), 'utf8')).toBe(readFileSync(fresh, 'utf8'))
})
