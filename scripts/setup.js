// Brings a checkout to a runnable state: dependencies as in the lock file, dist/ as in the sources.
// It runs before anything is installed, on whatever Node the machine has (>= 18), so it imports nothing but Node.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const installedStamp = join(root, 'node_modules/.installed-from')
const builtStamp = join(root, 'dist/.built-from')

// What the page needs, and its licences: the package as it is would be several times as large.
const swaggerUiFiles = [
  'swagger-ui-bundle.js',
  'swagger-ui-bundle.js.LICENSE.txt',
  'swagger-ui.css',
  'index.css',
  'favicon-32x32.png',
  'LICENSE',
  'NOTICE',
]

/** @param {string[]} paths files or folders below the root @returns {string} SHA-256 over names and contents */
function fingerprint(paths) {
  const hash = createHash('sha256')
  const visit = (path) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const child = `${path}/${entry.name}`
      if (entry.isDirectory()) visit(child)
      else
        hash
          .update(child)
          .update('\0')
          .update(readFileSync(join(root, child)))
    }
  }
  for (const path of paths) {
    if (/\.\w+$/.test(path))
      hash
        .update(path)
        .update('\0')
        .update(readFileSync(join(root, path)))
    else visit(path)
  }
  return hash.digest('hex')
}

function isCurrent(stamp, expected) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === expected
}

function run(title, command, args, env = {}) {
  console.error(`llmd: ${title}...`)
  // The output of the steps goes to stderr: stdout belongs to the command that npm was asked to run.
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...env },
  })
  if (result.error) throw result.error
  if (result.status !== 0) process.exit(result.status ?? 1)
}

// The platform is part of the stamp because the lock file installs other binaries on another one.
const wanted = `${fingerprint(['package-lock.json'])} ${process.platform} ${process.arch}`
if (!isCurrent(installedStamp, wanted)) {
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error']
  // node-llama-cpp's install script would look for binaries elsewhere, or compile; ours come from the registry.
  const env = { NODE_LLAMA_CPP_SKIP_DOWNLOAD: 'true' }
  run('installing dependencies', 'npm', ['ci', ...quietly], env)
  if (Number(process.versions.node.split('.')[0]) < 24) {
    // npm leaves out optional packages, binaries among them, that the Node it runs on is too old for. The one that it
    // has just installed is not.
    const PATH = `${join(root, 'node_modules/node/bin')}:${process.env.PATH}`
    run('completing them', 'npm', ['install', '--no-save', ...quietly], { ...env, PATH })
  }
  writeFileSync(installedStamp, wanted)
}

const sources = fingerprint([
  'src',
  'commands',
  'scripts/setup.js',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
])
if (!isCurrent(builtStamp, sources)) {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  run('building', join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'])
  for (const name of swaggerUiFiles) {
    copyFileSync(join(root, 'node_modules/swagger-ui-dist', name), join(root, 'assets/swagger-ui', name))
  }
  writeFileSync(builtStamp, sources)
}
