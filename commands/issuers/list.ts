import type { Issuer } from '../../src/api/issuers.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatGrants } from '../../src/cli/format-issuer.ts'
import { formatTable } from '../../src/cli/table.ts'

export default class IssuersList extends ClientCommand {
  static override summary = 'List who else vouches for users, by JWTs.'
  static override hiddenAliases = ['issuers']
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<{ data: Issuer[] }> {
    const { flags } = await this.parse(IssuersList)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const issuers = await connection.client.listIssuers()
    this.log(
      issuers.length === 0
        ? 'There are no issuers yet. Add one with: llmd issuers add NAME URL --audience TEXT'
        : formatTable(
            ['NAME', 'ISSUER', 'AUDIENCE', 'GRANTS'],
            issuers.map((issuer) => [
              issuer.name,
              issuer.issuer,
              issuer.audience.join(','),
              formatGrants(issuer),
            ]),
          ),
    )
    return { data: issuers }
  }
}
