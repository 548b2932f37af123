import * as Flags from '@oclif/core/flags'
import { connect, type Connection } from '../client/connect.ts'
import { BaseCommand } from './base-command.ts'

/** A command that speaks to a daemon, here or elsewhere. */
export abstract class ClientCommand extends BaseCommand {
  static override baseFlags = {
    host: Flags.string({
      summary: 'Daemon to speak to: unix:///path or http(s)://host:port (env LLMD_HOST).',
      helpValue: 'ADDRESS',
      helpGroup: 'GLOBAL',
    }),
    token: Flags.string({
      summary: 'Token to show to it over TCP (env LLMD_TOKEN keeps it out of the process list).',
      helpValue: 'KEY',
      helpGroup: 'GLOBAL',
    }),
  }

  /** @throws LlmdError `daemon_unreachable` where there is no daemon and the command cannot do without one */
  protected connect(
    flags: { host?: string | undefined; token?: string | undefined },
    { allowInProcess }: { allowInProcess: boolean },
  ): Promise<Connection> {
    return connect({
      host: flags.host,
      token: flags.token,
      env: process.env,
      paths: this.paths,
      allowInProcess,
      version: this.config.version,
    })
  }
}
