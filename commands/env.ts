import * as Flags from '@oclif/core/flags'
import { ClientCommand } from '../src/cli/client-command.ts'
import { reachableUrl } from '../src/cli/reachable-url.ts'
import { exportLine, shells, shellOf } from '../src/cli/shell.ts'
import { parseAddress } from '../src/client/address.ts'
import { readDaemonFile } from '../src/client/daemon-file.ts'

const defaultUrl = 'http://127.0.0.1:5563'

export default class Env extends ClientCommand {
  static override summary = 'Print the environment that points OpenAI clients at llmd.'
  static override description =
    'The key is the one given by --token or LLMD_TOKEN: llmd itself cannot show a key again.'
  static override examples = [
    'eval "$(<%= config.bin %> <%= command.id %>)"',
    '<%= config.bin %> <%= command.id %> --shell fish | source',
    '<%= config.bin %> <%= command.id %> --token "$(<%= config.bin %> tokens create laptop --print-token)"',
    '<%= config.bin %> <%= command.id %> --host https://llm.example.org',
    '<%= config.bin %> <%= command.id %> --json',
  ]
  static override flags = {
    shell: Flags.option({ summary: 'Shell to write for; by default the one in SHELL.', options: shells })(),
  }

  async run(): Promise<{ OPENAI_BASE_URL: string; OPENAI_API_KEY: string | null }> {
    const { flags } = await this.parse(Env)
    const shell = flags.shell ?? shellOf(process.env)
    const url = `${await this.baseUrl(flags.host ?? process.env['LLMD_HOST'])}/v1`
    const key = flags.token ?? (process.env['LLMD_TOKEN'] || null)
    this.log(exportLine(shell, 'OPENAI_BASE_URL', url))
    this.log(
      key === null
        ? '# No token is known here. Make one with: llmd tokens create NAME --print-token'
        : exportLine(shell, 'OPENAI_API_KEY', key),
    )
    return { OPENAI_BASE_URL: url, OPENAI_API_KEY: key }
  }

  /** SDKs cannot use a socket: where the host is one, the daemon behind it is taken to be the local one. */
  private async baseUrl(host: string | undefined): Promise<string> {
    const address = host ? parseAddress(host) : undefined
    if (address?.kind === 'tcp') return address.url.origin
    const daemon = await readDaemonFile(this.paths.daemonFile)
    return reachableUrl(daemon?.listeners ?? []) ?? defaultUrl
  }
}
