/** What was fetched so far is of no use: the file has changed, or its server knows no ranges. */
export class StartAnew extends Error {
  /** Of the file, as it is now. */
  readonly size: number
  readonly whole: boolean

  constructor({ size, whole }: { size: number; whole: boolean }) {
    super('the download has to start anew')
    this.size = size
    this.whole = whole
  }
}
