import type { Deployment } from '../../src/api/deployments.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatRelativeTime } from '../../src/cli/format.ts'
import { formatDeploymentEnd } from '../../src/cli/format-deployment.ts'
import { formatTable } from '../../src/cli/table.ts'

export default class DeploymentsList extends ClientCommand {
  static override summary = 'List the deployments, those that have ended too.'
  static override hiddenAliases = ['deployments']
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<{ data: Deployment[] }> {
    const { flags } = await this.parse(DeploymentsList)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const deployments = await connection.client.listDeployments()
    this.log(
      deployments.length === 0
        ? 'There are no deployments yet. Make one with: llmd deploy MODEL --wait'
        : formatTable(
            ['ID', 'MODEL', 'STATE', 'CREATED', 'ENDS'],
            deployments.map((deployment) => [
              deployment.id,
              deployment.model,
              deployment.state,
              formatRelativeTime(deployment.created_at),
              formatDeploymentEnd(deployment),
            ]),
          ),
    )
    return { data: deployments }
  }
}
