import { LlmdError, toLlmdError } from '../../errors.ts'
import { abortable } from '../abortable.ts'
import type { EngineProcess } from '../engine-process.ts'
import type { GpuMemory, LocalModel, ModelEvent, ModelState, UnloadReason } from '../inference.ts'
import { createBell } from './bell.ts'
import { createHolds } from './holds.ts'
import { planResidency, type ResidencyPlan } from './plan-residency.ts'
import { answering, lowMemory, noRoom, refusal, unloaded } from './refusal.ts'
import { asResident, describeTenant, isLeaving, type Tenant } from './tenant.ts'
import { throttleProgress } from './throttle-progress.ts'

export interface CreateResidencyOptions {
  /** Starts a process and loads the model in it; the signal gives that up. */
  start(
    model: LocalModel,
    options: { signal: AbortSignal; onProgress: (fraction: number) => void },
  ): Promise<EngineProcess>
  /** Hears what happens to models, but for the end of all of them. */
  onEvent: (event: ModelEvent) => void
  /** Bytes that all models together may take; asked for whenever one needs room. */
  readonly budgetBytes: number
  /** Bytes that the machine can still give; null, or absent, where that is not to be asked. */
  readonly availableBytes?: number | null
  /** Seconds that a model stays loaded after its last use unless it says itself; null is for good. Asked for at each. */
  readonly defaultTtl: number | null
  /** How long a request may wait for models in use to become idle. */
  roomWaitMs: number
}

/** Bytes that the model will take. @throws what speaks against loading it */
type Admit = (model: LocalModel) => Promise<number>

/** An engine in use: it is not unloaded before this is disposed of. */
interface Loan extends Disposable {
  readonly engine: EngineProcess
}

/** Which models are loaded, within a budget of memory. Disposing it ends them all. */
export interface Residency extends AsyncDisposable {
  /** The engine of a model, loaded if it was not. Callers share one load. */
  borrow(model: LocalModel, admit: Admit, signal: AbortSignal | undefined): Promise<Loan>
  /** Resolves once the model is loaded; its time runs anew. */
  load(model: LocalModel, admit: Admit, signal: AbortSignal | undefined): Promise<void>
  /** Ends the engine, or gives its load up; false when there was none. @throws LlmdError `model_in_use` */
  unload(name: string): Promise<boolean>
  /** From now on the model counts as pinned, loaded or not, until what is returned is disposed of. */
  hold(name: string): Disposable
  state(name: string): ModelState
  /** As the engines see them. */
  gpus(): GpuMemory[]
  /** Ends the idle model that was unused for the longest; its name, and undefined where all are in use or pinned. */
  evictOne(): string | undefined
}

export function createResidency(options: CreateResidencyOptions): Residency {
  const { roomWaitMs } = options
  const tenants = new Map<string, Tenant>()
  const holds = createHolds((name) => {
    const tenant = tenants.get(name)
    if (tenant) rest(tenant)
  })
  const closing = new AbortController()
  const bell = createBell()
  const tell = (event: ModelEvent) => {
    if (!closing.signal.aborted) options.onEvent(event)
  }

  /** The model's place: the one it has, or a new one as soon as there is room. */
  async function enter(model: LocalModel, admit: Admit, signal: AbortSignal | undefined): Promise<Tenant> {
    let wantedBytes: number | undefined
    let patience: AbortSignal | undefined
    for (;;) {
      if (closing.signal.aborted) throw shuttingDown()
      const present = tenants.get(model.name)
      if (present && !isLeaving(present)) return present
      if (present) {
        await abortable(present.gone, signal)
        continue
      }
      if (wantedBytes === undefined) {
        wantedBytes = await abortable(admit(model), signal)
        continue
      }
      const plan = plannedFor(wantedBytes)
      if ('evict' in plan) {
        for (const name of plan.evict) end(tenants.get(name)!, 'evicted')
        return open(model, wantedBytes)
      }
      if (plan.refuse !== 'busy') throw refused(model, wantedBytes)
      patience ??= AbortSignal.timeout(roomWaitMs)
      const signals = [closing.signal, patience, ...(signal ? [signal] : [])]
      await bell.next(AbortSignal.any(signals)).catch(() => signal?.throwIfAborted())
      if (patience.aborted && !closing.signal.aborted) throw noRoom(model, roomWaitMs)
    }
  }

  /** As the budget says, and what the machine can give now. */
  function plannedFor(wantedBytes: number): ResidencyPlan {
    const budgetBytes = Math.min(options.budgetBytes, reachableBytes(options.availableBytes ?? Infinity))
    return planResidency(residents(), { wantedBytes, budgetBytes })
  }

  function residents() {
    return [...tenants.values()].filter((tenant) => !isLeaving(tenant)).map(asResident)
  }

  /** What is available, and what models hold of it already; what is being loaded has still to take its part. */
  function reachableBytes(available: number): number {
    const held = [...tenants.values()].filter((tenant) => tenant.engine !== undefined).map(asResident)
    return available + held.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  function refused(model: LocalModel, wantedBytes: number): LlmdError {
    const { budgetBytes } = options
    const plan = planResidency(residents(), { wantedBytes, budgetBytes })
    return 'refuse' in plan && plan.refuse !== 'busy'
      ? refusal(model, plan.refuse, { wantedBytes, budgetBytes })
      : lowMemory(model, { wantedBytes, availableBytes: options.availableBytes ?? 0 })
  }

  /** Takes the room at once, and loads when all who must leave have given their memory back. */
  function open(model: LocalModel, bytes: number): Tenant {
    const leaving = [...tenants.values()].filter(isLeaving).map(({ gone }) => gone)
    const giveUp = new AbortController()
    const { name } = model
    const load = async () => {
      await Promise.all(leaving)
      closing.signal.throwIfAborted()
      giveUp.signal.throwIfAborted()
      const began = performance.now()
      using progress = throttleProgress((fraction) =>
        tell({ type: 'model.loading', name, progress: fraction }),
      )
      const engine = await options.start(model, {
        signal: AbortSignal.any([closing.signal, giveUp.signal]),
        onProgress(fraction) {
          tenant.progress = fraction
          progress.update(fraction)
        },
      })
      tenant.engine = engine
      tell({ type: 'model.loaded', name, ms: Math.round(performance.now() - began) })
      return engine
    }
    const loading = load().catch((error: unknown) => {
      if (closing.signal.aborted) throw shuttingDown()
      throw giveUp.signal.aborted ? unloaded(model) : error
    })
    const stay = async () => {
      const outcome = await loading.then(
        async (engine) => {
          rest(tenant)
          await engine.exited
          return describeEnd(tenant)
        },
        (error: unknown) => describeEnd(tenant, error),
      )
      forget(tenant)
      tell(outcome)
    }
    const gone = stay()
    const tenant: Tenant = {
      model,
      bytes,
      get pinned() {
        return model.residency?.pinned === true || holds.has(name)
      },
      loading,
      giveUp: () => giveUp.abort(),
      gone,
      engine: undefined,
      progress: 0,
      uses: 0,
      lastUsed: performance.now(),
      ending: null,
      unloadAt: null,
      unloadTimer: undefined,
    }
    tenants.set(name, tenant)
    tell({ type: 'model.loading', name, progress: 0 })
    return tenant
  }

  function forget(tenant: Tenant): void {
    stopTimer(tenant)
    if (tenants.get(tenant.model.name) === tenant) tenants.delete(tenant.model.name)
    bell.ring()
  }

  function release(tenant: Tenant): void {
    tenant.uses -= 1
    tenant.lastUsed = performance.now()
    rest(tenant)
  }

  /** From here on its time runs, unless it is in use. */
  function rest(tenant: Tenant): void {
    if (tenant.uses > 0 || !tenant.engine || isLeaving(tenant)) return
    stopTimer(tenant)
    const { ttl = options.defaultTtl } = tenant.model.residency ?? {}
    if (ttl !== null && !tenant.pinned) {
      tenant.unloadAt = Date.now() + ttl * 1000
      tenant.unloadTimer = setTimeout(() => end(tenant, 'ttl'), ttl * 1000).unref()
    }
    bell.ring()
  }

  return {
    async borrow(model, admit, signal) {
      for (;;) {
        const tenant = await enter(model, admit, signal)
        hold(tenant)
        try {
          const engine = await abortable(tenant.loading, signal)
          // It may have been ended while the news of it was on the way.
          if (!isLeaving(tenant)) return lend(engine, () => release(tenant))
        } catch (error) {
          release(tenant)
          throw error
        }
        release(tenant)
      }
    },
    async load(model, admit, signal) {
      const tenant = await enter(model, admit, signal)
      tenant.lastUsed = performance.now()
      await abortable(tenant.loading, signal)
      rest(tenant)
    },
    async unload(name) {
      const tenant = tenants.get(name)
      if (!tenant) return false
      if (tenant.uses > 0) throw answering(name, tenant.uses)
      end(tenant, 'asked')
      await tenant.gone
      return true
    },
    hold: (name) => holds.hold(name),
    state: (name) => describeTenant(tenants.get(name)),
    gpus() {
      const seen = [...tenants.values()].flatMap(({ engine }) => engine?.gpuMemory ?? [])
      // Engines on the same device see the same.
      return [...new Map(seen.map((memory) => [memory.name, memory])).values()]
    },
    evictOne() {
      const [idlest] = residents()
        .filter(({ inUse, pinned }) => !inUse && !pinned)
        .toSorted((one, other) => one.lastUsed - other.lastUsed)
      if (idlest) end(tenants.get(idlest.name)!, 'evicted')
      return idlest?.name
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      for (const tenant of tenants.values()) end(tenant, 'asked')
      await Promise.all([...tenants.values()].map(({ gone }) => gone))
    },
  }
}

function end(tenant: Tenant, reason: UnloadReason): void {
  tenant.ending ??= reason
  stopTimer(tenant)
  tenant.giveUp()
  void tenant.engine?.end()
}

/** @param failure why it was never loaded */
function describeEnd({ model: { name }, ending }: Tenant, failure?: unknown): ModelEvent {
  if (failure === undefined || ending) {
    return { type: 'model.unloaded', name, reason: ending ?? 'crashed' }
  }
  const { code, message } = toLlmdError(failure)
  return { type: 'model.failed', name, code, message }
}

function hold(tenant: Tenant): void {
  tenant.uses += 1
  stopTimer(tenant)
}

function stopTimer(tenant: Tenant): void {
  clearTimeout(tenant.unloadTimer)
  tenant.unloadTimer = undefined
  tenant.unloadAt = null
}

function lend(engine: EngineProcess, giveBack: () => void): Loan {
  return { engine, [Symbol.dispose]: giveBack }
}

function shuttingDown(): LlmdError {
  return new LlmdError('shutting_down', 'llmd is shutting down.')
}
