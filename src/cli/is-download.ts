/** Whether a source is fetched first, rather than used where it is. */
export function isDownload(source: string): boolean {
  return /^(hf:|https?:\/\/)/i.test(source)
}
