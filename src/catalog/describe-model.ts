import type {
  LocalModel,
  Model,
  ModelCheck,
  ModelEngine,
  ModelFile,
  RemoteModel,
  RoutedModel,
  TargetHealth,
} from '../api/models.ts'
import type {
  EngineStatus,
  GgufSummary,
  ModelCheck as CheckedModel,
  ModelState,
} from '../inference/inference.ts'
import type { RemoteModelRow, RoutedModelRow } from '../storage/model-table.ts'
import { describeProfile, noProfile } from './change-profile.ts'
import type { LocalDefinition } from './definition.ts'
import { fromStoredOptions } from './model-options.ts'
import type { ServedName } from './served-names.ts'

export function describeLocal({ row, file }: LocalDefinition, status: ModelState): LocalModel {
  return {
    kind: 'local',
    name: row.name,
    ...describeProfile(row),
    source: row.source,
    created_at: row.createdAt,
    options: fromStoredOptions(row.options),
    file: describeFile(file),
    state: status.state,
    progress: status.state === 'loading' ? status.progress : null,
    engine: status.state === 'ready' ? describeEngine(status.engine) : null,
  }
}

/** @param named The operator's name for it, or one that the provider brings */
export function describeRemote(named: RemoteModelRow | ServedName, health: TargetHealth | null): RemoteModel {
  const { name, provider, model, createdAt } = named
  const alias = 'kind' in named
  return {
    kind: 'remote',
    name,
    ...describeProfile(alias ? named : noProfile),
    source: `${provider}/${model}`,
    created_at: createdAt,
    provider,
    model,
    alias,
    health,
  }
}

/** @param look What a target is now, and how it does */
export function describeRouted(
  { name, createdAt, strategy, targets, ...profile }: RoutedModelRow,
  look: (target: string) => { kind: Model['kind'] | null; health: TargetHealth | null },
): RoutedModel {
  return {
    kind: 'routed',
    name,
    ...describeProfile(profile),
    created_at: createdAt,
    strategy,
    targets: targets.map(({ model, weight }) => ({
      model,
      weight: strategy === 'balance' ? weight : null,
      ...look(model),
    })),
  }
}

export function describeCheck(name: string, check: CheckedModel): ModelCheck {
  const { file, memory, quarantinedSince, failure } = check
  return {
    name,
    file: describeFile(file),
    memory: { needed_bytes: memory.neededBytes, budget_bytes: memory.budgetBytes },
    quarantined_since: quarantinedSince?.toISOString() ?? null,
    loads: failure === null,
    failure: failure && { code: failure.code, message: failure.message, hint: failure.hint ?? null },
  }
}

function describeFile(file: GgufSummary): ModelFile {
  return {
    path: file.path,
    size_bytes: file.sizeBytes,
    architecture: file.architecture,
    title: file.title,
    quantization: file.quantization,
    parameters: file.parameters,
    trained_context: file.trainedContext,
  }
}

function describeEngine(engine: EngineStatus): ModelEngine {
  return {
    pid: engine.pid,
    loaded_at: engine.loadedAt.toISOString(),
    context: engine.context,
    slots: engine.slots,
    slots_busy: engine.slotsBusy,
    slot_tokens: [...engine.slotTokens],
    context_used: Math.max(0, ...engine.slotTokens),
    queued: engine.queued,
    memory_bytes: engine.memoryBytes,
    gpu: engine.gpu,
    tokens_per_second: engine.tokensPerSecond,
    unload_at: engine.unloadAt?.toISOString() ?? null,
    pinned: engine.pinned,
  }
}
