// npm leaves optional packages of other platforms out of package-lock.json when it cannot see them, and then
// refuses "npm ci" because they are missing. This adds them, pinned as their parents pin them; a platform's
// name is part of such a package's name. Run it after a change of the dependencies.
import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8'))

const systems = {
  darwin: 'darwin',
  mac: 'darwin',
  linux: 'linux',
  linuxmusl: 'linux',
  win32: 'win32',
  win: 'win32',
  android: 'android',
  freebsd: 'freebsd',
  openharmony: 'openharmony',
}
const processors = ['arm64', 'armv7l', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'wasm32']

function platformOf(name) {
  const words = name.replace(/^@[^/]+\//, '').split('-')
  const system = words.map((word) => systems[word]).find(Boolean)
  const cpu = processors.find((processor) => words.includes(processor))
  const libc = words.some((word) => word.startsWith('musl') || word === 'linuxmusl') ? 'musl' : undefined
  return (
    system && {
      os: [system],
      ...(cpu && { cpu: [cpu === 'armv7l' ? 'arm' : cpu] }),
      ...(libc && { libc: [libc] }),
    }
  )
}

let added = 0
for (const [path, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  if (path === '') continue
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (lock.packages[`node_modules/${name}`] || lock.packages[`${path}/node_modules/${name}`]) continue
    const platform = platformOf(name)
    if (!platform) throw new Error(`${name}: which platform is it for?`)
    lock.packages[`node_modules/${name}`] = { version, ...platform, ...(dev && { dev }), optional: true }
    added++
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en')),
)
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`${added} packages added`)
