#!/usr/bin/env node
import module from 'node:module'

if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    `llmd needs Node.js 24 or newer and this is ${process.version}: install a newer one (https://nodejs.org), or use "npm start" in a checkout, which brings its own.`,
  )
  process.exit(1)
}
module.enableCompileCache()

const { execute } = await import('@oclif/core/execute')
await execute({ dir: import.meta.url })
