import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Bytes that could still be taken before the machine, or a control group this process is in, runs out of memory. What
 * only caches files counts as available. Null where that is not known, as outside of Linux.
 * @param options.proc,cgroups where the kernel tells of itself
 */
export function availableMemory({ proc = '/proc', cgroups = '/sys/fs/cgroup' } = {}): number | null {
  const machine = /^MemAvailable: +(\d+) kB$/m.exec(read(join(proc, 'meminfo')) ?? '')?.[1]
  if (machine === undefined) return null
  return Math.min(Number(machine) * 1024, ...leftInGroups(proc, cgroups))
}

/** Of control groups in version 2: the process's own, and those around it. */
function leftInGroups(proc: string, cgroups: string): number[] {
  const own = /^0::(\/.*)$/m.exec(read(join(proc, 'self/cgroup')) ?? '')?.[1]
  if (own === undefined) return []
  const left: number[] = []
  for (let group = own; ; group = dirname(group)) {
    const folder = join(cgroups, group)
    // There is none in the outermost group, and `max` in those without a limit.
    const limit = Number(read(join(folder, 'memory.max')))
    const used = Number(read(join(folder, 'memory.current')))
    if (limit > 0 && used > 0) left.push(Math.max(0, limit - used + cached(folder)))
    if (group === '/') return left
  }
}

function cached(folder: string): number {
  const stat = read(join(folder, 'memory.stat')) ?? ''
  const rows = stat.matchAll(/^(?:active_file|inactive_file|slab_reclaimable) (\d+)$/gm)
  return Array.from(rows, ([, bytes]) => Number(bytes)).reduce((sum, bytes) => sum + bytes, 0)
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
