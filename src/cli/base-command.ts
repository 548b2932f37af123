import { Command } from '@oclif/core/command'
import { ExitError } from '@oclif/core/errors'
import { connect, type Connection } from '../client/connect.ts'
import { resolvePaths, type Paths } from '../config/paths.ts'
import { reportError } from './error-report.ts'
import { safe, safeJson, safeLines } from './safe-text.ts'

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

  protected override async init(): Promise<void> {
    await super.init()
    process.stdout.once('error', () => this.onUnread())
  }

  /** Nobody reads the output any more, so there is nobody to work for. oclif would wait for them for ever. */
  protected onUnread(): void {
    // oxlint-disable-next-line unicorn/no-process-exit -- nothing is left to be done
    process.exit()
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
    if (this.jsonEnabled()) return this.logJson({ error: report })
    process.stderr.write(`Error: ${safe(report.message)}\n`)
    if (report.hint !== null) process.stderr.write(`Hint: ${safe(report.hint)}\n`)
  }
}
