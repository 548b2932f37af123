import type { AddModel, EditModel, Model, ModelCheck } from '../api/models.ts'
import type { LocalModel } from '../inference/inference.ts'

/** The models the operator defined, and what each is doing. */
export interface Catalog {
  /** By name, alphabetically. */
  list(): Model[]
  /** @throws LlmdError `model_not_found` */
  get(name: string): Model
  /** What the name stands for, for whoever answers requests; undefined when there is no such model. */
  find(name: string): LocalModel | undefined
  /** Durable when it resolves. @throws LlmdError `model_exists`, `model_file_not_found`, `model_file_invalid` */
  add(model: AddModel, signal?: AbortSignal): Promise<Model>
  /** Changes options; a loaded model keeps those it was loaded with. @throws LlmdError `model_not_found` */
  edit(name: string, change: EditModel): Promise<Model>
  /** The same under another name. @throws LlmdError `model_not_found`, `model_exists` */
  copy(name: string, newName: string): Promise<Model>
  /** Forgets the definition; the file stays. @throws LlmdError `model_not_found`, `model_in_use` */
  remove(name: string): Promise<Model>
  /** @throws LlmdError `model_not_found`, `model_load_failed` */
  load(name: string, signal?: AbortSignal): Promise<Model>
  /** @throws LlmdError `model_not_found`, `model_in_use` */
  unload(name: string): Promise<Model>
  /**
   * Reads the file and tries to load it; a model that loads is quarantined no more.
   * @throws LlmdError `model_not_found`, `model_file_not_found`, `model_file_invalid`
   */
  check(name: string, signal?: AbortSignal): Promise<ModelCheck>
  /** Loads one after another the models that are to be there from the start; failures are logged. */
  preload(): Promise<void>
}
