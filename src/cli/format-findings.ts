import type { Finding } from '../api/doctor.ts'
import { safe } from './safe-text.ts'

const marks = { ok: 'ok', warning: 'warning', problem: 'PROBLEM' } as const

/** A line each, with a line of what to do below those that are not well. */
export function formatFindings(findings: Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length))
  return findings
    .flatMap(({ level, check, message, cure }) => {
      const line = `${marks[level].padEnd(7)}  ${check.padEnd(width)}  ${safe(message)}`
      return cure === null ? [line] : [line, `${' '.repeat(width + 11)}-> ${safe(cure)}`]
    })
    .join('\n')
}
