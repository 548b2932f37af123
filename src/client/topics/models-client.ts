import type { AddModel, EditModel, LocalModel, Model, ModelCheck } from '../../api/models.ts'
import type { Calls } from '../create-calls.ts'

/** Names of models, and which of them are in memory. */
export interface ModelsClient {
  listModels(): Promise<Model[]>
  getModel(name: string): Promise<Model>
  addModel(model: AddModel): Promise<Model>
  editModel(name: string, change: EditModel): Promise<Model>
  copyModel(name: string, newName: string): Promise<Model>
  /** A file that llmd downloaded goes too where that is asked for. */
  removeModel(name: string, options?: { deleteFile?: boolean }): Promise<Model>
  /** Resolves once the model is loaded. */
  loadModel(name: string): Promise<LocalModel>
  unloadModel(name: string): Promise<LocalModel>
  /** Resolves once the model was tried out. */
  checkModel(name: string): Promise<ModelCheck>
}

export function modelsClient({ call, list }: Calls): ModelsClient {
  return {
    listModels: () => list('/models'),
    getModel: (name) => call('GET', modelPath(name)),
    addModel: (body) => call('POST', '/models', { body, patient: true }),
    editModel: (name, body) => call('PATCH', modelPath(name), { body }),
    copyModel: (name, newName) => call('POST', `${modelPath(name)}/copy`, { body: { name: newName } }),
    removeModel: (name, { deleteFile = false } = {}) =>
      call('DELETE', `${modelPath(name)}${deleteFile ? '?delete_file=true' : ''}`),
    loadModel: (name) => call('POST', `${modelPath(name)}/load`, { patient: true }),
    unloadModel: (name) => call('POST', `${modelPath(name)}/unload`, { patient: true }),
    checkModel: (name) => call('POST', `${modelPath(name)}/check`, { patient: true }),
  }
}

function modelPath(name: string): string {
  return `/models/${encodeURIComponent(name)}`
}
