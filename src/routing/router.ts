import type { Backend } from '../chat/backend.ts'
import { LlmdError } from '../errors.ts'

/** A model as clients see it: what is behind the name is not their business. */
export interface PublicModel {
  id: string
  /** When the name was added, in Unix seconds. */
  created: number
}

export interface Router {
  models(): PublicModel[]
  /** Exact match only. @throws LlmdError `model_not_found` */
  resolve(name: string): Backend
}

export function createRouter(targets: {
  list(): PublicModel[]
  find(name: string): Backend | undefined
}): Router {
  return {
    models: () => targets.list(),
    resolve(name) {
      const backend = targets.find(name)
      if (backend) return backend
      throw new LlmdError('model_not_found', `The model ${JSON.stringify(name)} does not exist.`, {
        param: 'model',
        hint: 'GET /v1/models lists the models there are; names match exactly.',
      })
    },
  }
}
