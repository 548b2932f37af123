import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { availableMemory } from '../../../src/inference/residency/available-memory.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

interface Group {
  max: string
  current: number
  cached?: number
}

/** A machine that has so much available, and control groups by their path. */
function machine(availableKb: number, groups: Record<string, Group> = {}, own = '/') {
  const folder = temporaryFolder()
  const [proc, cgroups] = [join(folder, 'proc'), join(folder, 'cgroup')]
  mkdirSync(join(proc, 'self'), { recursive: true })
  writeFileSync(join(proc, 'meminfo'), `MemTotal: 9999999 kB\nMemAvailable: ${availableKb} kB\n`)
  writeFileSync(join(proc, 'self/cgroup'), `0::${own}\n`)
  for (const [path, { max, current, cached = 0 }] of Object.entries(groups)) {
    mkdirSync(join(cgroups, path), { recursive: true })
    writeFileSync(join(cgroups, path, 'memory.max'), `${max}\n`)
    writeFileSync(join(cgroups, path, 'memory.current'), `${current}\n`)
    writeFileSync(join(cgroups, path, 'memory.stat'), `anon 5\ninactive_file ${cached}\nactive_file 0\n`)
  }
  return { proc, cgroups }
}

test('without a control group it is what the machine has', () => {
  expect(availableMemory(machine(1000))).toBe(1_024_000)
})

test('a control group has what its limit leaves, and what only caches files', () => {
  const groups = { '/llmd.service': { max: '500000', current: 450_000, cached: 30_000 } }
  expect(availableMemory(machine(1000, groups, '/llmd.service'))).toBe(80_000)
})

test('the groups around it count as well; those without a limit do not', () => {
  const groups = {
    '/outer': { max: '300000', current: 250_000 },
    '/outer/inner': { max: 'max', current: 100_000 },
  }
  expect(availableMemory(machine(1000, groups, '/outer/inner'))).toBe(50_000)
})

test('where nothing is told it is not known', () => {
  const folder = temporaryFolder()
  expect(availableMemory({ proc: folder, cgroups: folder })).toBeNull()
})

test('this machine tells it on Linux', () => {
  const bytes = availableMemory()
  if (process.platform === 'linux') expect(bytes).toBeGreaterThan(0)
  else expect(bytes).toBeNull()
})
