import type { Deployment } from '../api/deployments.ts'
import type { Client } from '../client/create-client.ts'
import { fromWireError } from '../client/read-error.ts'
import { LlmdError } from '../errors.ts'

/**
 * Waits until a deployment is ready.
 * @throws LlmdError what it failed of; `deployment_ended` where somebody stopped it or its time is over; the reason of
 *   the signal, with the deployment going on
 */
export async function followDeployment(
  client: Pick<Client, 'events' | 'getDeployment'>,
  id: string,
  signal: AbortSignal,
): Promise<Deployment> {
  for await (const event of client.events({ types: ['deployment.changed'], signal })) {
    if (event.type === 'deployment.changed' && event.deployment_id !== id) continue
    const deployment = await client.getDeployment(id)
    if (deployment.state === 'ready') return deployment
    if (deployment.state === 'failed') throw fromWireError(deployment.reason ?? {})
    if (deployment.state !== 'starting') throw ended(deployment)
  }
  throw new LlmdError('daemon_unreachable', 'The daemon has ended.', {
    hint: 'The deployment goes on when it is started again.',
  })
}

function ended({ id, state }: Deployment): LlmdError {
  return new LlmdError('deployment_ended', `The deployment ${id} is ${state}.`)
}
