import type { Finding } from '../src/api/doctor.ts'
import { ClientCommand } from '../src/cli/client-command.ts'
import { formatFindings } from '../src/cli/format-findings.ts'
import { localFindings } from '../src/cli/local-findings.ts'

export default class Doctor extends ClientCommand {
  static override summary = 'Look for what is wrong, and tell what to do about it.'
  static override description =
    'Looks at the machine, the folders, the database, the vault, llama.cpp, models and providers, whose lists of models are asked for; that costs no tokens. Exits with 1 when there is a problem.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<{ data: Finding[] }> {
    const { flags } = await this.parse(Doctor)
    const data = await this.examine(flags)
    this.log(formatFindings(data))
    if (data.some(({ level }) => level === 'problem')) process.exitCode = 1
    return { data }
  }

  private async examine(flags: { host: string | undefined; token: string | undefined }): Promise<Finding[]> {
    const isElsewhere = (flags.host ?? process.env['LLMD_HOST'] ?? '') !== ''
    try {
      await using connection = await this.connect(flags, { allowInProcess: true })
      return await connection.client.examine()
    } catch (error) {
      if (isElsewhere) throw error
      return localFindings(error, this.paths)
    }
  }
}
