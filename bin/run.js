#!/usr/bin/env node
import module from 'node:module'

if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    `llmd needs Node.js 24 or newer and this is ${process.version}: install a newer one (https://nodejs.org), or use "npm start" in a checkout, which brings its own.`,
  )
  process.exit(1)
}
module.enableCompileCache()
const { setFlagsFromString } = process.getBuiltinModule('node:v8')
// What is loaded stays: room for what lives for a moment would be made for it, and never given back. The daemon lets that
// room grow once it is ready.
setFlagsFromString('--semi-space-growth-factor=1')
if (process.argv[2] === 'tui' || process.argv[2] === 'top') {
  // Screens are drawn as fast without optimized code, and compilers take memory unless said before anything is loaded.
  for (const flag of ['--heap-growing-percent=50', '--no-opt', '--no-maglev']) setFlagsFromString(flag)
}

if (process.argv[2] !== 'serve') {
  // Nobody reads on, as behind "| head": oclif would wait for them for ever. A disk that is full is no such thing.
  process.stdout.once('error', ({ code, message }) => {
    if (code === 'EPIPE') process.exit()
    console.error(`Error: The output could not be written: ${message}.`)
    process.exit(1)
  })
}

const { execute } = await import('@oclif/core/execute')
await execute({ dir: import.meta.url })
