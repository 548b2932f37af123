import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

/**
 * Threads to compute with: the physical cores that this process may use, but one, which is left to the daemon. More
 * threads than cores is the worst a setting can do here: they wait for one another at every layer (measured: 0.2
 * instead of 143 tokens a second on two busy cores).
 */
export function freeCores({
  // Counts what affinity and the quota of a control group leave, but two for a core of two threads.
  usableThreads = availableParallelism(),
  processorFolder = '/sys/devices/system/cpu',
  statusFile = '/proc/self/status',
} = {}): number {
  const cores = physicalCores(processorFolder, allowedProcessors(statusFile)) ?? usableThreads
  return Math.max(1, Math.min(cores, usableThreads) - 1)
}

/** @returns undefined where the system does not tell */
function physicalCores(folder: string, isAllowed: (processor: number) => boolean): number | undefined {
  try {
    const cores = readdirSync(folder)
      .flatMap((name) => /^cpu(\d+)$/.exec(name)?.[1] ?? [])
      .filter((processor) => isAllowed(Number(processor)))
      // The threads of one core all name the same siblings.
      .map((processor) => readFileSync(join(folder, `cpu${processor}/topology/thread_siblings_list`), 'utf8'))
    return new Set(cores).size || undefined
  } catch {
    return undefined
  }
}

function allowedProcessors(statusFile: string): (processor: number) => boolean {
  const ranges = allowedList(statusFile)
    ?.split(',')
    .map((range) => range.split('-').map(Number))
  return (processor) =>
    ranges?.some(([first = 0, last = first]) => processor >= first && processor <= last) ?? true
}

/** As in `0-3,8`. */
function allowedList(statusFile: string): string | undefined {
  try {
    return /^Cpus_allowed_list:\s*([\d,-]+)$/m.exec(readFileSync(statusFile, 'utf8'))?.[1]
  } catch {
    return undefined
  }
}
