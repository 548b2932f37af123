import type { Row } from './row.ts'
import { median } from './statistics.ts'

const titles = ['measurement', 'ours', '(range)', 'compared with', 'ratio', '(range)', 'goal', '']

export function printRows(rows: readonly Row[]): void {
  const lines = [titles, ...rows.map(cells)]
  const widths = titles.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  for (const line of lines) {
    const padded = line.map((cell, column) => cell.padEnd(widths[column] ?? 0))
    console.log(padded.join('  ').trimEnd())
  }
}

function cells({ name, unit, ours, reference, goal }: Row): string[] {
  const compared = reference !== undefined && reference.values.length > 0
  const ratios = compared ? ours.map((value, round) => value / (reference.values[round] ?? Number.NaN)) : []
  const judged = reference ? ratios : ours
  const [sign, bound] = 'atMost' in goal ? ['<=', goal.atMost] : ['>=', goal.atLeast]
  const met = 'atMost' in goal ? median(judged) <= goal.atMost : median(judged) >= goal.atLeast
  return [
    name,
    `${digits(median(ours))} ${unit}`,
    range(ours),
    compared ? `${reference.name} ${digits(median(reference.values))}` : (reference?.name ?? ''),
    compared ? median(ratios).toFixed(2) : '',
    compared ? range(ratios) : '',
    reference ? `${sign} ${bound} x` : `${sign} ${bound} ${unit}`,
    judged.length === 0 ? '' : met ? 'met' : 'missed',
  ]
}

function range(values: readonly number[]): string {
  return `${digits(Math.min(...values))}-${digits(Math.max(...values))}`
}

function digits(value: number): string {
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2)
}
