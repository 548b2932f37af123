// Writes oclif.manifest.json from dist/commands, so that the CLI need not import every command to find one.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Plugin } from '@oclif/core/config'

const root = fileURLToPath(new URL('..', import.meta.url))
const plugin = new Plugin({
  root,
  ignoreManifest: true,
  errorOnManifestCreate: true,
  respectNoCacheDefault: true,
})
await plugin.load()
// The file system's own order is none.
const commands = Object.fromEntries(
  Object.entries(plugin.manifest.commands).toSorted(([a], [b]) => (a < b ? -1 : 1)),
)
const file = process.argv[2] ?? `${root}/oclif.manifest.json`
writeFileSync(file, `${JSON.stringify({ ...plugin.manifest, commands }, null, 2)}\n`)
