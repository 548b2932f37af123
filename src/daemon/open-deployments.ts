import { createDeployments } from '../deployments/create-deployments.ts'
import type { Deployments } from '../deployments/deployments.ts'
import type { EventBus } from '../events/create-event-bus.ts'
import type { Log } from '../log.ts'
import { createDeploymentTable } from '../storage/deployment-table.ts'
import { deployableModels } from './deployable-models.ts'
import type { Data } from './open-data.ts'
import type { Models } from './open-models.ts'

/** Closed with `resources`, before the engines. */
export async function openDeployments(
  resources: AsyncDisposableStack,
  options: {
    data: Pick<Data, 'database' | 'tokens'>
    models: Pick<Models, 'catalog' | 'inference'>
    events: EventBus
    log: Log
  },
): Promise<Deployments> {
  const { data, models, events, log } = options
  return resources.use(
    await createDeployments({
      table: createDeploymentTable(data.database),
      tokens: data.tokens,
      models: deployableModels(models),
      publish: (event) => events.publish(event),
      log,
    }),
  )
}
