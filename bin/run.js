#!/usr/bin/env node
import module from 'node:module'

if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    `llmd needs Node.js 24 or newer and this is ${process.version}: install a newer one (https://nodejs.org), or use "npm start" in a checkout, which brings its own.`,
  )
  process.exit(1)
}
module.enableCompileCache()
if (process.argv[2] === 'tui' || process.argv[2] === 'top') {
  // What is drawn lives for a moment only, and is drawn as fast without optimized code: room for the one and the
  // compilers of the other would be a quarter of all the memory that takes, unless said before anything is loaded.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8')
  const flags = ['--semi-space-growth-factor=1', '--heap-growing-percent=50', '--no-opt', '--no-maglev']
  for (const flag of flags) setFlagsFromString(flag)
}

const { execute } = await import('@oclif/core/execute')
await execute({ dir: import.meta.url })
