import {
  addProviderSchema,
  draftProviderSchema,
  editProviderSchema,
  providerListSchema,
  providerModelListSchema,
  providerPresetListSchema,
  providerSchema,
  providerTestSchema,
  testProviderSchema,
  tryProviderSchema,
} from '../../../api/providers.ts'
import type { OperationGroup } from '../operation.ts'

const parameters = { name: 'Of the provider.' }
const draft = { preset: 'openai', key: 'sk-proj-1234' }
const unreachable = [
  'upstream_error',
  'upstream_credentials',
  'upstream_unreachable',
  'upstream_timeout',
] as const

export const providerOperations: OperationGroup = {
  name: 'Providers',
  description: 'Others, whose models are served beside the local ones.',
  scope: 'admin',
  operations: {
    'GET /llmd/v1/providers': {
      id: 'listProviders',
      summary: 'List the providers',
      answer: { description: 'All of them, without their keys.', json: { schema: providerListSchema } },
    },
    'POST /llmd/v1/providers': {
      id: 'addProvider',
      summary: 'Add a provider',
      description: 'Its connection is tried first, unless `verify` is false.',
      body: {
        schema: addProviderSchema,
        example: { name: 'openai', ...draft, prefix: 'openai/', models: ['gpt-5'] },
      },
      answer: { status: 201, description: 'The provider.', json: { schema: providerSchema } },
      errors: [
        'provider_exists',
        'model_exists',
        'provider_test_failed',
        'sealed',
        'disk_full',
        ...unreachable,
      ],
    },
    'GET /llmd/v1/providers/:name': {
      id: 'getProvider',
      summary: 'Show a provider',
      parameters,
      answer: { description: 'The provider.', json: { schema: providerSchema } },
      errors: ['provider_not_found'],
    },
    'PATCH /llmd/v1/providers/:name': {
      id: 'editProvider',
      summary: 'Change a provider',
      description: 'What is not named stays as it is; `key: null` forgets the key.',
      parameters,
      body: { schema: editProviderSchema, example: { add_models: ['gpt-5-mini'] } },
      answer: { description: 'The provider as it is now.', json: { schema: providerSchema } },
      errors: [
        'provider_not_found',
        'model_exists',
        'provider_test_failed',
        'sealed',
        'data_corrupt',
        'disk_full',
        ...unreachable,
      ],
    },
    'DELETE /llmd/v1/providers/:name': {
      id: 'removeProvider',
      summary: 'Remove a provider, with its key',
      parameters,
      answer: { description: 'The provider as it was.', json: { schema: providerSchema } },
      errors: ['provider_not_found'],
    },
    'POST /llmd/v1/providers/:name/test': {
      id: 'testProvider',
      summary: 'Try a provider',
      description: 'A small chat completion, with what is saved but for the fields that are given.',
      parameters,
      body: { schema: testProviderSchema, example: { model: 'gpt-5' } },
      answer: { description: 'What came of it.', json: { schema: providerTestSchema } },
      errors: ['provider_not_found', 'sealed', 'data_corrupt'],
    },
    'GET /llmd/v1/providers/:name/models': {
      id: 'listProviderModels',
      summary: 'Ask a provider what it has',
      parameters,
      answer: { description: 'What it lists.', json: { schema: providerModelListSchema } },
      errors: ['provider_not_found', 'sealed', 'data_corrupt', ...unreachable],
    },
    'GET /llmd/v1/provider-presets': {
      id: 'listProviderPresets',
      summary: 'List the providers that llmd knows',
      answer: { description: 'What `preset` can be.', json: { schema: providerPresetListSchema } },
    },
    'POST /llmd/v1/provider-tests': {
      id: 'tryProvider',
      summary: 'Try a provider that is not saved',
      body: { schema: tryProviderSchema, example: { ...draft, model: 'gpt-5' } },
      answer: { description: 'What came of it.', json: { schema: providerTestSchema } },
    },
    'POST /llmd/v1/provider-models': {
      id: 'discoverModels',
      summary: 'Ask a provider that is not saved what it has',
      body: { schema: draftProviderSchema, example: draft },
      answer: { description: 'What it lists.', json: { schema: providerModelListSchema } },
      errors: unreachable,
    },
  },
}
