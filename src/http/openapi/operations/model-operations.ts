import {
  addModelSchema,
  copyModelSchema,
  editModelSchema,
  localModelSchema,
  modelCheckSchema,
  modelListSchema,
  modelSchema,
  removeModelQuerySchema,
} from '../../../api/models.ts'
import type { OperationGroup } from '../operation.ts'

const parameters = { name: 'Of the model; slashes in it are written as `%2F`.' }

export const modelOperations: OperationGroup = {
  name: 'Models',
  description: 'The names that are served, and what they stand for.',
  scope: 'admin',
  operations: {
    'GET /llmd/v1/models': {
      id: 'listModels',
      summary: 'List the models',
      answer: {
        description: 'Those of no provider first, then those of each provider, alphabetically.',
        json: { schema: modelListSchema },
      },
    },
    'POST /llmd/v1/models': {
      id: 'addModel',
      summary: 'Add a model',
      description: 'Either `source`, or `targets` for a routed model.',
      body: {
        schema: addModelSchema,
        example: { name: 'qwen3:8b', source: '/models/qwen3-8b-q4_k_m.gguf', options: { context: 16_384 } },
      },
      answer: { status: 201, description: 'The model.', json: { schema: modelSchema } },
      errors: [
        'unsupported_parameter',
        'model_exists',
        'model_not_found',
        'model_file_not_found',
        'model_file_invalid',
        'disk_full',
      ],
    },
    'GET /llmd/v1/models/:name': {
      id: 'getModel',
      summary: 'Show a model',
      parameters,
      answer: { description: 'The model.', json: { schema: modelSchema } },
      errors: ['model_not_found'],
    },
    'PATCH /llmd/v1/models/:name': {
      id: 'editModel',
      summary: 'Change a model',
      description:
        'What is not named stays as it is. A loaded model keeps the options it was loaded with; all else holds at once.',
      parameters,
      body: { schema: editModelSchema, example: { options: { slots: 4 }, reset: ['context'] } },
      answer: { description: 'The model as it is now.', json: { schema: modelSchema } },
      errors: ['unsupported_parameter', 'model_not_found', 'disk_full'],
    },
    'DELETE /llmd/v1/models/:name': {
      id: 'removeModel',
      summary: 'Remove a model',
      parameters,
      query: removeModelQuerySchema,
      answer: { description: 'The model as it was.', json: { schema: modelSchema } },
      errors: ['model_not_found', 'model_in_use'],
    },
    'POST /llmd/v1/models/:name/load': {
      id: 'loadModel',
      summary: 'Load a local model',
      parameters,
      answer: { description: 'The model, once it is loaded.', json: { schema: localModelSchema } },
      errors: [
        'model_not_found',
        'unsupported_by_model',
        'model_file_not_found',
        'model_file_invalid',
        'model_too_large',
        'model_quarantined',
        'model_load_failed',
        'gpu_unavailable',
        'overloaded',
      ],
    },
    'POST /llmd/v1/models/:name/unload': {
      id: 'unloadModel',
      summary: 'Unload a local model',
      parameters,
      answer: { description: 'The model, once its engine has ended.', json: { schema: localModelSchema } },
      errors: ['model_not_found', 'unsupported_by_model', 'model_in_use'],
    },
    'POST /llmd/v1/models/:name/copy': {
      id: 'copyModel',
      summary: 'Give a model a second name',
      parameters,
      body: { schema: copyModelSchema, example: { name: 'assistant' } },
      answer: { status: 201, description: 'The model of that name.', json: { schema: modelSchema } },
      errors: ['model_not_found', 'model_exists', 'disk_full'],
    },
    'POST /llmd/v1/models/:name/check': {
      id: 'checkModel',
      summary: 'Try out a local model',
      description: 'Reads its file and tries to load it. A model that loads is quarantined no more.',
      parameters,
      answer: { description: 'What became of it.', json: { schema: modelCheckSchema } },
      errors: ['model_not_found', 'unsupported_by_model', 'model_file_not_found', 'model_file_invalid'],
    },
  },
}
