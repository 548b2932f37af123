import type { Deployment } from '../api/deployments.ts'
import { formatRelativeTime } from './format.ts'
import { formatPairs } from './table.ts'

/** All there is to know of a deployment. */
export function formatDeployment(deployment: Deployment): string {
  const { id, model, state, created_at, ready_at, reason } = deployment
  return formatPairs([
    ['Id', id],
    ['Model', model],
    ['State', state],
    ['Created', formatRelativeTime(created_at)],
    ...(ready_at === null ? [] : [pair('Ready', formatRelativeTime(ready_at))]),
    [deployment.ended_at === null ? 'Ends' : 'Ended', formatDeploymentEnd(deployment)],
    ...(reason === null ? [] : [pair('Reason', reason.message)]),
    ...(reason?.hint == null ? [] : [pair('Hint', reason.hint)]),
  ])
}

/** As in `in 4 hours`, `never`, or `2 days ago` for one that has ended. */
export function formatDeploymentEnd({ ends_at, ended_at }: Deployment, now?: number): string {
  const end = ended_at ?? ends_at
  return end === null ? 'never' : formatRelativeTime(end, now)
}

function pair(name: string, value: string): [string, string] {
  return [name, value]
}
