import { modelEntryListSchema, modelEntrySchema } from '../../../formats/openai-models/answer-schema.ts'
import type { OperationGroup } from '../operation.ts'

const model = { id: 'llmd-demo', object: 'model', created: 1_767_225_600, owned_by: 'llmd' }

export const publicModelOperations: OperationGroup = {
  name: 'Names of models',
  description: 'What can be asked.',
  scope: 'llm-all',
  errors: ['deployment_not_found', 'deployment_ended'],
  operations: {
    'GET /v1/models': {
      id: 'listPublicModels',
      summary: 'List the models that can be asked',
      answer: {
        description: 'All names.',
        json: { schema: modelEntryListSchema, example: { object: 'list', data: [model] } },
      },
    },
    'GET /v1/models/:id{.+}': {
      id: 'getPublicModel',
      summary: 'Show one of them',
      parameters: { id: 'The name of the model; slashes in it may be written as they are or as `%2F`.' },
      answer: { description: 'The model.', json: { schema: modelEntrySchema, example: model } },
      errors: ['model_not_found'],
    },
  },
}
