import type { Finding } from '../api/doctor.ts'

export type { Finding }

export const ok = (check: string, message: string): Finding => ({ level: 'ok', check, message, cure: null })

export const warning = (check: string, message: string, cure: string): Finding => ({
  level: 'warning',
  check,
  message,
  cure,
})

export const problem = (check: string, message: string, cure: string | null): Finding => ({
  level: 'problem',
  check,
  message,
  cure,
})

/** `1.5 GB` */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e9 ? 2 : 1)} GB`
}
