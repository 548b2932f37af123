import { Command } from '@oclif/core/command'
import { ExitError } from '@oclif/core/errors'
import { connect, type Connection } from '../client/connect.ts'
import { resolvePaths, type Paths } from '../config/paths.ts'
import { reportError } from './error-report.ts'
import { safeJson, safeLines } from './safe-text.ts'
import { writeReport } from './write-report.ts'

/**
 * What all commands share: text made safe for a terminal, and errors as one line of what is wrong and one of what to
 * do. With `--json` there is exactly one document on stdout, for an error `{"error": {code, message, hint}}`.
 */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true

  protected get paths(): Paths {
    return resolvePaths(process.env)
  }

  /** The daemon on this machine, whatever LLMD_HOST says. @throws LlmdError `daemon_unreachable` */
  protected connectLocally(): Promise<Connection> {
    const { LLMD_HOST: _, ...env } = process.env
    return connect({ env, paths: this.paths, allowInProcess: false, version: this.config.version })
  }

  override log(message = ''): void {
    super.log(safeLines(message))
  }

  protected override logJson(json: unknown): void {
    process.stdout.write(`${safeJson(json)}\n`)
  }

  protected override async catch(error: Error): Promise<void> {
    // Ends the process with its code, and nothing more said.
    if (error instanceof ExitError) throw error
    const { report, exitCode } = reportError(error)
    process.exitCode = exitCode
    if (process.env['LLMD_DEBUG'] === '1') {
      const { inspect } = await import('node:util')
      process.stderr.write(`${safeLines(inspect(error))}\n`)
    }
    if (this.jsonEnabled()) this.logJson({ error: report })
    else writeReport(report)
  }
}
