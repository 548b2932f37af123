import type { AddModel, Model } from '../api/models.ts'
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
  /** Forgets the definition; the file stays. @throws LlmdError `model_not_found`, `model_in_use` */
  remove(name: string): Promise<Model>
  /** @throws LlmdError `model_not_found`, `model_load_failed` */
  load(name: string, signal?: AbortSignal): Promise<Model>
  /** @throws LlmdError `model_not_found`, `model_in_use` */
  unload(name: string): Promise<Model>
}
