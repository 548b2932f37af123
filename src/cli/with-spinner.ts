import { ux } from '@oclif/core/ux'

/** Shows on a terminal that something is under way, on stderr. */
export async function withSpinner<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  if (!process.stderr.isTTY) return work()
  ux.action.start(title)
  try {
    const result = await work()
    ux.action.stop()
    return result
  } catch (error) {
    ux.action.stop('failed')
    throw error
  }
}
