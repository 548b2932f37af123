import type { Deployment } from '../api/deployments.ts'
import type { CreatedToken } from '../api/tokens.ts'
import type { LlmdError } from '../errors.ts'
import type { DeploymentRow } from '../storage/deployment-table.ts'
import type { HeldModels } from './deployments.ts'

/** A deployment, with what is known of it while the daemon runs. */
export interface LiveDeployment {
  row: DeploymentRow
  ready: boolean
  /** Why it is not ready yet. */
  delay: DeploymentRow['reason']
  /** Whether its model is being made ready. */
  working: boolean
  held: HeldModels | null
  /** Until somebody takes it. */
  firstKey: (() => CreatedToken | undefined) | null
  /** Aborted when it ends, or the daemon does. */
  end: AbortController
}

export function createDeployment(row: DeploymentRow): LiveDeployment {
  return {
    row,
    ready: false,
    delay: null,
    working: false,
    held: null,
    firstKey: null,
    end: new AbortController(),
  }
}

export function isLive({ row }: LiveDeployment): boolean {
  return row.state === 'live'
}

export function isOver({ row }: LiveDeployment, now: number): boolean {
  return row.endsAt !== null && Date.parse(row.endsAt) <= now
}

export function describeDeployment({ row, ready, delay }: LiveDeployment): Deployment {
  const { id, model, state, createdAt, readyAt, endsAt, endedAt, reason } = row
  const liveState = ready ? 'ready' : 'starting'
  return {
    id,
    model,
    state: state === 'live' ? liveState : state,
    created_at: createdAt,
    ready_at: readyAt,
    ends_at: endsAt,
    ended_at: endedAt,
    reason: reason ?? delay,
  }
}

export function reasonOf({ code, message, hint }: LlmdError): DeploymentRow['reason'] {
  return { code, message, hint: hint ?? null }
}
