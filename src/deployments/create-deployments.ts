import { randomBytes } from 'node:crypto'
import type { TokenStore } from '../access/token-store.ts'
import type { NewEvent } from '../api/events.ts'
import { LlmdError, toLlmdError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { DeploymentRow, DeploymentTable } from '../storage/deployment-table.ts'
import { createAlarm } from './alarm.ts'
import {
  createDeployment,
  describeDeployment,
  isLive,
  isOver,
  type LiveDeployment,
  reasonOf,
} from './deployment.ts'
import { createDeploymentKeys, requireScope } from './deployment-keys.ts'
import type { DeployableModels, Deployments, HeldModels } from './deployments.ts'
import { judgeFailure } from './judge-failure.ts'
import { makeReady } from './make-ready.ts'
import {
  ended,
  endless,
  modelGone,
  notReady,
  otherModel,
  unknownDeployment,
  unknownModel,
} from './refusals.ts'

export interface DeploymentsOptions {
  table: DeploymentTable
  tokens: Pick<TokenStore, 'create' | 'revoke' | 'revokeOfDeployment' | 'list' | 'watch'>
  models: DeployableModels
  publish: (event: NewEvent) => void
  log: Log
  /** The wall clock, in milliseconds since 1970: an end is kept over restarts. */
  now?: () => number
  /** How soon it is noticed that the clock was set. */
  clockCheckMs?: number
  /** As `judgeFailure` says. */
  judge?: typeof judgeFailure
}

/** Ends those whose time is over; no model is made ready until `start`. */
export async function createDeployments(options: DeploymentsOptions): Promise<Deployments> {
  const { table, tokens, models, publish, log, now = Date.now, judge = judgeFailure } = options
  const deployments = new Map<string, LiveDeployment>()
  const background = new Set<Promise<void>>()
  const closing = new LlmdError('shutting_down', 'llmd is shutting down.')
  const keys = createDeploymentKeys({ tokens, log })
  let started = false
  const alarm = createAlarm({
    ring: () => void review(),
    now,
    ...(options.clockCheckMs !== undefined && { checkMs: options.clockCheckMs }),
  })

  for (const row of await table.all()) deployments.set(row.id, createDeployment(row))
  await revokeLeftOver()
  await Promise.all(live().flatMap((one) => (isOver(one, now()) ? finish(one, 'expired') : [])))

  /** A daemon that was killed may not have come to it. */
  async function revokeLeftOver(): Promise<void> {
    for (const { deployment, revoked_at: revokedAt } of tokens.list()) {
      const owner = deployment === null ? undefined : deployments.get(deployment)
      if (owner && !isLive(owner) && revokedAt === null) await tokens.revokeOfDeployment(owner.row.id)
    }
  }

  function live(): LiveDeployment[] {
    return [...deployments.values()].filter(isLive)
  }

  /** Never rejects. */
  function inBackground(work: Promise<void>): Promise<void> {
    const done = work
      .catch((error: unknown) => {
        log.error('a change of a deployment could not be saved', { reason: toLlmdError(error).message })
      })
      .finally(() => background.delete(done))
    background.add(done)
    return done
  }

  /** One whose time is over ends now, however late the alarm is. */
  function find(id: string): LiveDeployment {
    const one = deployments.get(id)
    if (!one) throw unknownDeployment(id)
    if (isLive(one) && isOver(one, now())) void inBackground(finish(one, 'expired'))
    return one
  }

  function findLive(id: string): LiveDeployment {
    const one = find(id)
    if (!isLive(one)) throw ended(one.row)
    return one
  }

  function tell(one: LiveDeployment): void {
    const { id, model, state } = describeDeployment(one)
    publish({ type: 'deployment.changed', deployment_id: id, model, state })
  }

  function arm(): void {
    const ends = live().flatMap(({ row }) => (row.endsAt === null ? [] : Date.parse(row.endsAt)))
    alarm.set(started && ends.length > 0 ? Math.min(...ends) : null)
  }

  /** Its requests are refused at once; resolves when all of that is durable. */
  async function finish(
    one: LiveDeployment,
    state: 'stopped' | 'failed' | 'expired',
    reason: DeploymentRow['reason'] = null,
  ): Promise<void> {
    if (!isLive(one)) return
    one.row = { ...one.row, state, reason, endedAt: new Date(now()).toISOString() }
    one.ready = false
    one.delay = null
    one.firstKey = null
    one.end.abort()
    release(one)
    arm()
    tell(one)
    const { id, model } = one.row
    log.info('a deployment has ended', { deployment: id, model, state, ...(reason && { code: reason.code }) })
    await table.update(one.row)
    await tokens.revokeOfDeployment(id)
  }

  async function review(): Promise<void> {
    const ends = live().flatMap((one) => {
      if (isOver(one, now())) return inBackground(finish(one, 'expired'))
      if (models.has(one.row.model)) return []
      return inBackground(finish(one, 'failed', reasonOf(modelGone(one.row.model))))
    })
    arm()
    await Promise.all(ends)
  }

  /** Its model is there: for the first time, or again. */
  async function welcome(one: LiveDeployment, held: HeldModels): Promise<void> {
    release(one)
    one.held = held
    if (one.row.readyAt === null) {
      await keys.createFirst(one)
      if (!isLive(one)) return
      one.row = { ...one.row, readyAt: new Date(now()).toISOString() }
      void inBackground(table.update(one.row))
    }
    one.delay = null
    if (one.ready) return
    one.ready = true
    tell(one)
    log.info('a deployment is ready', { deployment: one.row.id, model: one.row.model })
  }

  async function bringUp(one: LiveDeployment): Promise<void> {
    const { signal } = one.end
    one.working = true
    const outcome = await makeReady(one.row.model, {
      models,
      judge,
      signal,
      onDelay(failure) {
        one.ready = false
        one.delay = reasonOf(failure)
        tell(one)
      },
    })
    const isFailure = outcome instanceof LlmdError
    if (signal.aborted) {
      if (!isFailure) outcome[Symbol.dispose]()
    } else if (isFailure) await finish(one, 'failed', reasonOf(outcome))
    else await welcome(one, outcome)
    one.working = false
  }

  function begin(one: LiveDeployment): void {
    if (started && !one.working) void inBackground(bringUp(one))
  }

  return {
    list() {
      for (const id of deployments.keys()) find(id)
      return Array.from(deployments.values(), describeDeployment)
    },
    get: (id) => describeDeployment(find(id)),
    async add({ model, seconds = null }, maker) {
      requireScope(maker)
      if (!models.has(model)) throw unknownModel(model)
      const createdAt = now()
      const row: DeploymentRow = {
        id: `dep_${randomBytes(5).toString('hex')}`,
        model,
        state: 'live',
        createdAt: new Date(createdAt).toISOString(),
        readyAt: null,
        endsAt: seconds === null ? null : later(createdAt, seconds),
        endedAt: null,
        reason: null,
      }
      await table.insert(row)
      const one = createDeployment(row)
      deployments.set(row.id, one)
      arm()
      tell(one)
      begin(one)
      return describeDeployment(one)
    },
    async extend(id, { seconds }) {
      const one = findLive(id)
      const { endsAt } = one.row
      if (endsAt === null) throw endless(one.row)
      const extended = { ...one.row, endsAt: later(Date.parse(endsAt), seconds) }
      one.row = extended
      arm()
      try {
        await table.update(extended)
      } catch (error) {
        one.row = { ...one.row, endsAt }
        arm()
        throw error
      }
      tell(one)
      return describeDeployment(one)
    },
    async stop(id) {
      const one = find(id)
      await finish(one, 'stopped')
      return describeDeployment(one)
    },
    createKey: async (id, token, maker) => keys.create(findLive(id), token, maker),
    takeKey: (id, asker) => keys.takeFirst(findLive(id), asker),
    modelOf: (id) => findLive(id).row.model,
    require(id, model) {
      const one = findLive(id)
      if (model !== one.row.model) throw otherModel(one.row)
      if (!one.ready) throw notReady(one.row)
    },
    recover(model) {
      for (const one of live()) if (one.held?.local.has(model)) begin(one)
    },
    review,
    start() {
      started = true
      arm()
      for (const one of live()) begin(one)
    },
    async [Symbol.asyncDispose]() {
      alarm[Symbol.dispose]()
      for (const one of live()) {
        one.end.abort(closing)
        release(one)
      }
      await Promise.all(background)
    },
  }
}

function release(one: LiveDeployment): void {
  one.held?.[Symbol.dispose]()
  one.held = null
}

function later(time: number, seconds: number): string {
  return new Date(time + seconds * 1000).toISOString()
}
