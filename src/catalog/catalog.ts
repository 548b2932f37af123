import type { AddModel, EditModel, LocalModel, Model, ModelCheck, ModelOptions } from '../api/models.ts'
import type { GivenProfile } from '../api/model-profile.ts'
import type { LocalModel as EngineModel } from '../inference/inference.ts'
import type { StoredModelDefaults } from '../storage/model-table.ts'

/** What a name stands for, for whoever answers requests. `defaults` is absent where there are none. */
export type NamedModel = { defaults?: StoredModelDefaults } & (
  | { kind: 'local'; model: EngineModel }
  /** `model` is the provider's own id. */
  | { kind: 'remote'; provider: string; model: string }
  | {
      kind: 'routed'
      strategy: 'fallback' | 'balance'
      /** Names of any kind of model. */
      targets: { model: string; weight: number }[]
    }
)

/** The one list of names: the models that the operator defined, and those that providers bring. */
export interface Catalog {
  /** Models of no provider first, then by provider; alphabetically within each. */
  list(): Model[]
  /** @throws LlmdError `model_not_found` */
  get(name: string): Model
  /** The operator's definition wins over a provider that brings the same name; undefined when there is no such model. */
  find(name: string): NamedModel | undefined
  /** The class of price of the operator's model of this name; null where it has none. */
  tierOf(name: string): string | null
  /** Who has this name among the operator's own: `a local model`; undefined when it is free. */
  taken(name: string): string | undefined
  /** The operator's names for models of this provider. */
  aliasesOf(provider: string): string[]
  /**
   * Durable when it resolves.
   * @throws LlmdError `model_exists`, `model_file_not_found`, `model_file_invalid`; `model_not_found`
   *   for a target that there is not
   */
  add(model: AddModel, signal?: AbortSignal): Promise<Model>
  /** @throws LlmdError `model_exists`; `invalid_request` for options that contradict each other, or defaults that are for no local model */
  checkNew(model: { name: string; options: ModelOptions; profile: GivenProfile }): void
  /**
   * Adds a model whose file was downloaded; nothing happens where that was done before.
   * @throws LlmdError `model_exists`, `model_file_not_found`, `model_file_invalid`
   */
  addDownloaded(
    model: { name: string; source: string; path: string; options: ModelOptions; profile: GivenProfile },
    signal?: AbortSignal,
  ): Promise<Model>
  /**
   * Defaults and targets hold at once; a loaded model keeps the options it was loaded with.
   * @throws LlmdError `model_not_found`; `invalid_request` for what contradicts itself, or is not for models of its kind
   */
  edit(name: string, change: EditModel): Promise<Model>
  /** The same under another name. @throws LlmdError `model_not_found`, `model_exists` */
  copy(name: string, newName: string): Promise<Model>
  /**
   * Forgets the definition. Its file stays, unless it was downloaded and is to go too.
   * @throws LlmdError `model_not_found`, `model_in_use`; `invalid_request` for a file that was not downloaded
   */
  remove(name: string, options?: { deleteFile?: boolean }): Promise<Model>
  /** @throws LlmdError `model_not_found`, `model_load_failed`; `unsupported_by_model` for a model that is not local */
  load(name: string, signal?: AbortSignal): Promise<LocalModel>
  /** @throws LlmdError `model_not_found`, `model_in_use`; `unsupported_by_model` for a model that is not local */
  unload(name: string): Promise<LocalModel>
  /**
   * Reads the file and tries to load it; a model that loads is quarantined no more.
   * @throws LlmdError `model_not_found`, `model_file_not_found`, `model_file_invalid`; `unsupported_by_model` for a
   *   model that is not local
   */
  check(name: string, signal?: AbortSignal): Promise<ModelCheck>
  /** Loads one after another the models that are to be there from the start; failures are logged. */
  preload(): Promise<void>
}
