import { readdirSync, readFileSync } from 'node:fs'

/** Kernel pages are 4 KiB on the x86-64 and arm64 systems this runs on. */
const pageBytes = 4096

/** CPU time that all threads of a process have had so far, in ms, to the nanosecond; not its children's. */
export function cpuMs(pid: number): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  )
  return nanoseconds.reduce((total, value) => total + value, 0) / 1e6
}

/** Resident memory of a process and all that it started. */
export function treeMemoryBytes(pid: number): number {
  const children = childrenByParent()
  const visit = (parent: number): number =>
    (children.get(parent) ?? []).reduce((total, child) => total + visit(child), residentBytes(parent))
  return visit(pid)
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>()
  for (const entry of readdirSync('/proc')) {
    const parent = /^\d+$/.test(entry) ? parentOf(entry) : undefined
    if (parent === undefined) continue
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)])
  }
  return children
}

function parentOf(pid: string): number | undefined {
  // The name in parentheses may hold anything.
  const fields = readIfThere(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, '')
    .split(' ')
  return fields?.[1] === undefined ? undefined : Number(fields[1])
}

function residentBytes(pid: number): number {
  return Number(readIfThere(`/proc/${pid}/statm`)?.split(' ')[1] ?? 0) * pageBytes
}

/** Processes end while they are looked at. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
