import { ClientCommand } from '../src/cli/client-command.ts'
import { LlmdError } from '../src/errors.ts'

export default class Tui extends ClientCommand {
  static override summary = 'Watch the daemon and manage it, in the terminal.'
  static override description =
    'Models, requests, the log and more, live, with keys and mouse: ? shows which. The daemon goes on when it is left.'
  static override aliases = ['top']
  static override enableJsonFlag = false
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(Tui)
    const { stdin: input, stdout: output } = process
    if (!input.isTTY || !output.isTTY || process.env['TERM'] === 'dumb') {
      throw new LlmdError('invalid_request', 'This needs a terminal.', {
        hint: 'Elsewhere, llmd status, llmd requests and llmd logs tell the same.',
      })
    }
    const connect = () => this.connect(flags, { allowInProcess: false })
    await using connection = await connect()
    const { runTui } = await import('../src/tui/run/run-tui.ts')
    const target = flags.host ?? (process.env['LLMD_HOST'] || 'local')
    // What was asked for and has not come yet is not waited for.
    this.exit(await runTui({ connection, connect, target, env: process.env, input, output }))
  }
}
