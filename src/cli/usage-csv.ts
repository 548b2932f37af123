import type { Usage, UsageRow } from '../api/usage.ts'

const numbers = [
  'requests',
  'errors',
  'prompt_tokens',
  'cached_tokens',
  'completion_tokens',
  'reasoning_tokens',
  'first_byte_ms',
  'ms',
  'credits',
] as const satisfies (keyof UsageRow)[]

/** The rows as RFC 4180 has them, under a heading; an empty field is null. */
export function formatUsageCsv({ by, data }: Usage): string {
  const names = by === 'token' ? ['token', 'token_name'] : [by]
  const rows = data.map((row) => [
    ...(by === 'token' ? [row.key, row.name] : [row.key]).map((text) => field(text ?? '')),
    ...numbers.map((name) => String(row[name] ?? '')),
  ])
  return [[...names, ...numbers], ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}

/** Spreadsheets would run what begins like a formula: an apostrophe makes it text. */
function field(text: string): string {
  const harmless = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
