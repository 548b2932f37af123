import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from './temporary-folder.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

test('oclif.manifest.json lists the commands as they are; "npm run build" renews it', () => {
  const fresh = join(temporaryFolder(), 'manifest.json')
  execFileSync(process.execPath, [join(root, 'scripts/manifest.js'), fresh])
  expect(JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'))).toEqual(
    JSON.parse(readFileSync(fresh, 'utf8')),
  )
})
