import * as Flags from '@oclif/core/flags'
import type { Deployment } from '../../src/api/deployments.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { deploymentArgument } from '../../src/cli/deployment-argument.ts'
import { readSeconds } from '../../src/cli/duration.ts'
import { formatDeploymentEnd } from '../../src/cli/format-deployment.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class DeploymentsExtend extends ClientCommand {
  static override summary = 'Let a deployment end later. Its id and its keys stay.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> dep_5d41402abc --for 2h',
    '<%= config.bin %> <%= command.id %> dep_5d41402abc --for 7d --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> dep_5d41402abc --for 2h --json',
  ]
  static override args = deploymentArgument
  static override flags = {
    for: Flags.string({
      summary: 'How much later it ends, as in 2h or 7d.',
      helpValue: 'TIME',
      required: true,
    }),
  }

  async run(): Promise<Deployment> {
    const { args, flags } = await this.parse(DeploymentsExtend)
    const seconds = readSeconds(flags.for)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const deployment = await connection.client.extendDeployment(args.deployment, { seconds })
    this.log(`${safe(deployment.id)} of ${safe(deployment.model)} ends ${formatDeploymentEnd(deployment)}.`)
    return deployment
  }
}
