import type { Hook } from '@oclif/core/hooks'
import { reportError } from './error-report.ts'
import { unknownCommand } from './unknown-command.ts'
import { safeJson } from './safe-text.ts'
import { writeReport } from './write-report.ts'

/** What oclif calls for words that are no command. */
export const commandNotFound: Hook.CommandNotFound = async ({ id, argv, config }) => {
  const { report, exitCode } = reportError(
    unknownCommand(id.split(':'), {
      commands: config.commands.filter(({ hidden }) => !hidden).map((one) => one.id.replaceAll(':', ' ')),
      topics: config.topics.map(({ name }) => name),
    }),
  )
  process.exitCode = exitCode
  if (argv?.includes('--json')) process.stdout.write(`${safeJson({ error: report })}\n`)
  else writeReport(report)
}
