import type { ModelCheck } from '../api/models.ts'
import { formatBytes, formatRelativeTime } from './format.ts'
import { formatPairs } from './table.ts'

/** What became of trying a model out, a line each. */
export function formatCheck({ name, file, memory, quarantined_since, loads, failure }: ModelCheck): string {
  return formatPairs([
    ['Name', name],
    ['File', file.path],
    ['Is', `${file.architecture}, ${file.quantization}, ${formatBytes(file.size_bytes)}`],
    ['Needs', `about ${formatBytes(memory.needed_bytes)} of memory`],
    ['Models may take', formatBytes(memory.budget_bytes)],
    ['Loads', loads ? 'yes' : 'no'],
    ...(quarantined_since ? [pair('Quarantined', describeQuarantine(quarantined_since, loads))] : []),
    ...(failure ? [pair('Because', failure.message)] : []),
    ...(failure?.hint ? [pair('Hint', failure.hint)] : []),
  ])
}

function describeQuarantine(since: string, loads: boolean): string {
  const because = `its engine had crashed twice ${formatRelativeTime(since)}`
  return loads ? `until now: ${because}` : `yes: ${because}`
}

const pair = (name: string, value: string): [string, string] => [name, value]
