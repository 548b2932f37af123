/** A value as it can be given again: items of a list with commas between them. */
export function formatSetting(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value)
}
