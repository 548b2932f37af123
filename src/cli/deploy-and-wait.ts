import type { CreateDeployment, Deployment } from '../api/deployments.ts'
import type { CreatedToken } from '../api/tokens.ts'
import type { Client } from '../client/create-client.ts'
import { followDeployment } from './follow-deployment.ts'
import { interruptSignal } from './interrupt-signal.ts'
import { loadProgress } from './load-progress.ts'
import { safe } from './safe-text.ts'
import { withProgress } from './with-progress.ts'

/**
 * Deploys, waits until it is ready, shows on a terminal how far its model is, and takes its key. Ctrl-C leaves it
 * deployed.
 * @throws LlmdError what it failed of; ExitError after Ctrl-C
 */
export async function deployAndWait(
  client: Client,
  wanted: CreateDeployment,
): Promise<{ deployment: Deployment; token: CreatedToken }> {
  // First, for Ctrl-C may come while the daemon is about to answer.
  const signal = interruptSignal()
  const { id, model } = await client.createDeployment(wanted)
  try {
    const deployment = await withProgress(`Deploying ${safe(model)}`, {
      work: () => followDeployment(client, id, signal),
      fractions: (done) => loadProgress(client, model, done),
    })
    return { deployment, token: await client.takeDeploymentKey(id) }
  } finally {
    if (signal.aborted) {
      const line = `${model} stays deployed. See it: llmd deployments show ${id}  End it: llmd deployments stop ${id}`
      process.stderr.write(`${safe(line)}\n`)
    }
  }
}
