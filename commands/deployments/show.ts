import type { Deployment } from '../../src/api/deployments.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { deploymentArgument } from '../../src/cli/deployment-argument.ts'
import { formatDeployment } from '../../src/cli/format-deployment.ts'

export default class DeploymentsShow extends ClientCommand {
  static override summary = 'Show all there is to know of a deployment.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> dep_5d41402abc',
    '<%= config.bin %> <%= command.id %> dep_5d41402abc --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> dep_5d41402abc --json',
  ]
  static override args = deploymentArgument

  async run(): Promise<Deployment> {
    const { args, flags } = await this.parse(DeploymentsShow)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const deployment = await connection.client.getDeployment(args.deployment)
    this.log(formatDeployment(deployment))
    return deployment
  }
}
