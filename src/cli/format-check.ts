import type { ModelCheck } from '../api/models.ts'
import { formatBytes } from './format.ts'
import { formatPairs } from './table.ts'

/** What became of trying a model out, a line each. */
export function formatCheck({ name, file, memory, quarantined, loads, failure }: ModelCheck): string {
  return formatPairs([
    ['Name', name],
    ['File', file.path],
    ['Is', `${file.architecture}, ${file.quantization}, ${formatBytes(file.size_bytes)}`],
    ['Needs', `about ${formatBytes(memory.needed_bytes)} of memory`],
    ['Models may take', formatBytes(memory.budget_bytes)],
    ['Loads', loads ? 'yes' : 'no'],
    ...(quarantined ? [pair('Quarantined', loads ? 'until now; it is released' : 'yes')] : []),
    ...(failure ? [pair('Because', failure.message)] : []),
    ...(failure?.hint ? [pair('Hint', failure.hint)] : []),
  ])
}

const pair = (name: string, value: string): [string, string] => [name, value]
