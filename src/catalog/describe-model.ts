import type { Model, ModelCheck, ModelEngine, ModelFile } from '../api/models.ts'
import type {
  EngineStatus,
  GgufSummary,
  ModelCheck as CheckedModel,
  ModelState,
} from '../inference/inference.ts'
import type { ModelRow } from '../storage/model-table.ts'
import { fromStoredOptions } from './model-options.ts'

export function describeModel(row: ModelRow, file: GgufSummary, status: ModelState): Model {
  return {
    name: row.name,
    source: row.source,
    created_at: row.createdAt,
    options: fromStoredOptions(row.options),
    file: describeFile(file),
    state: status.state,
    progress: status.state === 'loading' ? status.progress : null,
    engine: status.state === 'ready' ? describeEngine(status.engine) : null,
  }
}

export function describeCheck(name: string, check: CheckedModel): ModelCheck {
  const { file, memory, quarantined, failure } = check
  return {
    name,
    file: describeFile(file),
    memory: { needed_bytes: memory.neededBytes, budget_bytes: memory.budgetBytes },
    quarantined,
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
    queued: engine.queued,
    memory_bytes: engine.memoryBytes,
    gpu: engine.gpu,
    tokens_per_second: engine.tokensPerSecond,
    unload_at: engine.unloadAt?.toISOString() ?? null,
    pinned: engine.pinned,
  }
}
