import type { EngineProcess } from '../engine-process.ts'
import type { LocalModel, ModelState, UnloadReason } from '../inference.ts'
import type { Resident } from './plan-residency.ts'

/** A model's engine, from the moment it was given room until its process is gone. */
export interface Tenant {
  readonly model: LocalModel
  /** What it was given room for. */
  readonly bytes: number
  /** Whether it stays until it is asked to go: its options say so, or somebody holds it. */
  readonly pinned: boolean
  readonly loading: Promise<EngineProcess>
  /** Ends the load where it stands; nothing once it is loaded. */
  giveUp(): void
  /** Resolves when its memory is free again. */
  readonly gone: Promise<void>
  engine: EngineProcess | undefined
  /** 0 to 1. */
  progress: number
  /** Requests that need it, from before it is loaded until their last event was read. */
  uses: number
  lastUsed: number
  /** Why it was told to end; null while it may stay. */
  ending: UnloadReason | null
  unloadAt: number | null
  unloadTimer: NodeJS.Timeout | undefined
}

/** Whether it is on its way out: told to, or its process ended. */
export function isLeaving({ ending, engine }: Tenant): boolean {
  return ending !== null || engine?.alive === false
}

export function asResident(tenant: Tenant): Resident {
  return {
    name: tenant.model.name,
    // What it takes beyond the estimate, nobody else may have.
    bytes: Math.max(tenant.bytes, tenant.engine?.memoryBytes ?? 0),
    lastUsed: tenant.lastUsed,
    inUse: tenant.uses > 0 || !tenant.engine,
    pinned: tenant.pinned,
  }
}

export function describeTenant(tenant: Tenant | undefined): ModelState {
  if (!tenant || isLeaving(tenant)) return { state: 'unloaded' }
  const { engine, progress, unloadAt } = tenant
  if (!engine) return { state: 'loading', progress }
  return {
    state: 'ready',
    engine: {
      pid: engine.pid,
      loadedAt: engine.loadedAt,
      context: engine.context,
      slots: engine.slots,
      slotTokens: engine.slotTokens,
      slotsBusy: Math.min(engine.active, engine.slots),
      queued: Math.max(0, engine.active - engine.slots),
      memoryBytes: engine.memoryBytes,
      gpu: engine.gpu,
      tokensPerSecond: engine.tokensPerSecond,
      unloadAt: unloadAt === null ? null : new Date(unloadAt),
      pinned: tenant.pinned,
    },
  }
}
