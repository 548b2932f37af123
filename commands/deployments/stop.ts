import * as Flags from '@oclif/core/flags'
import type { Deployment } from '../../src/api/deployments.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { confirm } from '../../src/cli/confirm.ts'
import { deploymentArgument } from '../../src/cli/deployment-argument.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class DeploymentsStop extends ClientCommand {
  static override summary = 'Stop a deployment. Its keys are revoked for good.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> dep_5d41402abc',
    '<%= config.bin %> <%= command.id %> dep_5d41402abc --yes',
    '<%= config.bin %> <%= command.id %> dep_5d41402abc --yes --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> dep_5d41402abc --yes --json',
  ]
  static override args = deploymentArgument
  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }) }

  async run(): Promise<Deployment> {
    const { args, flags } = await this.parse(DeploymentsStop)
    const question = `Stop ${safe(args.deployment)}? Whoever uses its keys loses access.`
    if (!(await confirm(question, flags))) this.exit(1)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const deployment = await connection.client.stopDeployment(args.deployment)
    const { id, model, state } = deployment
    this.log(
      state === 'stopped'
        ? `Stopped ${safe(id)} of ${safe(model)}. Its keys are revoked.`
        : `${safe(id)} of ${safe(model)} had ended before: it is ${state}.`,
    )
    return deployment
  }
}
