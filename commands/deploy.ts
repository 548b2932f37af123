import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { Deployment } from '../src/api/deployments.ts'
import { ClientCommand } from '../src/cli/client-command.ts'
import { deployAndWait } from '../src/cli/deploy-and-wait.ts'
import { readSeconds } from '../src/cli/duration.ts'
import { formatDeploymentEnd } from '../src/cli/format-deployment.ts'
import { safe } from '../src/cli/safe-text.ts'
import { formatPairs } from '../src/cli/table.ts'

export default class Deploy extends ClientCommand {
  static override summary = 'Keep a model ready for keys of its own.'
  static override description = `A local model is loaded and stays so, after a restart too, until the deployment ends. Its keys reach no other model, and are revoked with its end.
With --wait its first key is shown, this once. Ctrl-C stops the waiting alone.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> qwen3:8b --wait',
    '<%= config.bin %> <%= command.id %> qwen3:8b --for 4h',
    '<%= config.bin %> <%= command.id %> qwen3:8b --wait --host http://10.0.0.5:5563 --token "$TOKEN"',
    'export OPENAI_API_KEY="$(<%= config.bin %> <%= command.id %> qwen3:8b --wait --json | jq -r .key)"',
  ]
  static override args = { model: Args.string({ description: 'Name of any model.', required: true }) }
  static override flags = {
    for: Flags.string({
      summary: 'How long it lasts from now on, as in 4h or 30d; without it, until it is stopped.',
      helpValue: 'TIME',
    }),
    wait: Flags.boolean({ summary: 'Wait until it is ready, and show its first key.' }),
  }

  async run(): Promise<Deployment & { key: string | null }> {
    const { args, flags } = await this.parse(Deploy)
    const seconds = flags.for === undefined ? null : readSeconds(flags.for)
    await using connection = await this.connect(flags, { allowInProcess: false })
    const { client } = connection
    const wanted = { model: args.model, seconds }
    if (!flags.wait) {
      const begun = await client.createDeployment(wanted)
      this.log(
        `Deploying ${safe(begun.model)} as ${begun.id}. See how it is: llmd deployments show ${begun.id}`,
      )
      this.log(`Make a key for it: llmd tokens create NAME --deployment ${begun.id}`)
      return { ...begun, key: null }
    }
    const { deployment, token } = await deployAndWait(client, wanted)
    this.log(
      formatPairs([
        ['Deployment', deployment.id],
        ['Model', deployment.model],
        ['Key', token.key],
        ['Ends', formatDeploymentEnd(deployment)],
      ]),
    )
    this.log('Keep the key now: it cannot be shown again.')
    return { ...deployment, key: token.key }
  }
}
