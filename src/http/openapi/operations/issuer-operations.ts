import {
  apiKeyListSchema,
  apiKeySchema,
  createApiKeySchema,
  createdApiKeySchema,
} from '../../../api/api-keys.ts'
import {
  addIssuerSchema,
  editIssuerSchema,
  issuerListSchema,
  issuerSchema,
  issuerTestSchema,
  testIssuerSchema,
} from '../../../api/issuers.ts'
import type { OperationGroup } from '../operation.ts'

const ofIssuer = 'Of the issuer.'

const key = {
  id: '0b5f6a52-6a2f-4a52-9d9e-3a53f5a3c5d1',
  name: 'Local Development',
  masked: 'sk-llmd-v1-********-e5b4a3',
  created_at: '2026-01-31T12:00:00.000Z',
}

export const apiKeyOperations: OperationGroup = {
  name: 'API keys',
  description: 'Keys that users make for themselves: with a JWT, or a token with the scope `admin` as well.',
  scope: 'llm-all',
  operations: {
    'GET /v1/api-keys': {
      id: 'listApiKeys',
      summary: 'List your keys',
      description: 'Those of `admin` see the keys of all.',
      answer: {
        description: 'Those that were not revoked, without the keys themselves.',
        json: { schema: apiKeyListSchema, example: { data: [key] } },
      },
    },
    'POST /v1/api-keys': {
      id: 'createApiKey',
      summary: 'Make a key',
      description: 'It may call models, and nothing else.',
      body: { schema: createApiKeySchema, example: { name: key.name } },
      answer: {
        status: 201,
        description: 'The key. No other answer ever holds it.',
        json: { schema: createdApiKeySchema, example: { ...key, key: 'sk-llmd-v1-...-e5b4a3' } },
      },
      errors: ['token_exists', 'too_many_keys', 'disk_full'],
    },
    'DELETE /v1/api-keys/:id': {
      id: 'revokeApiKey',
      summary: 'Revoke one of your keys, at once and for good',
      parameters: { id: 'Of the key.' },
      answer: { description: 'What was revoked.', json: { schema: apiKeySchema, example: key } },
      errors: ['token_not_found'],
    },
  },
}

export const issuerOperations: OperationGroup = {
  name: 'Issuers',
  description: 'Who else vouches for users, by JWTs that they sign.',
  scope: 'admin',
  operations: {
    'GET /llmd/v1/issuers': {
      id: 'listIssuers',
      summary: 'List the issuers',
      answer: { description: 'All of them.', json: { schema: issuerListSchema } },
    },
    'POST /llmd/v1/issuers': {
      id: 'addIssuer',
      summary: 'Trust an issuer',
      description: 'Its keys are fetched when the first of its JWTs comes.',
      body: {
        schema: addIssuerSchema,
        example: {
          name: 'keycloak',
          issuer: 'https://login.example/realms/main',
          audience: ['llmd'],
          scope_claim: 'realm_access.roles',
          grants: [{ value: 'llm-user', scope: 'llm-all' }],
        },
      },
      answer: { status: 201, description: 'The issuer.', json: { schema: issuerSchema } },
      errors: ['issuer_exists', 'disk_full'],
    },
    'GET /llmd/v1/issuers/:name': {
      id: 'getIssuer',
      summary: 'Show an issuer',
      parameters: { name: ofIssuer },
      answer: { description: 'The issuer.', json: { schema: issuerSchema } },
      errors: ['issuer_not_found'],
    },
    'PATCH /llmd/v1/issuers/:name': {
      id: 'editIssuer',
      summary: 'Change what is asked of its JWTs, and what they grant',
      description: 'What is not named stays as it is. JWTs are looked at anew from then on.',
      parameters: { name: ofIssuer },
      body: { schema: editIssuerSchema, example: { grants: [{ value: 'staff', scope: 'llm-all' }] } },
      answer: { description: 'The issuer.', json: { schema: issuerSchema } },
      errors: ['issuer_not_found', 'disk_full'],
    },
    'DELETE /llmd/v1/issuers/:name': {
      id: 'removeIssuer',
      summary: 'Trust an issuer no more',
      description: 'The keys that its users made are revoked.',
      parameters: { name: ofIssuer },
      answer: { description: 'The issuer.', json: { schema: issuerSchema } },
      errors: ['issuer_not_found'],
    },
    'POST /llmd/v1/issuers/:name/test': {
      id: 'testIssuer',
      summary: 'Fetch its keys, and judge a JWT',
      parameters: { name: ofIssuer },
      body: { schema: testIssuerSchema, example: {} },
      answer: { description: 'Its keys, and what the JWT is worth.', json: { schema: issuerTestSchema } },
      errors: ['issuer_not_found', 'issuer_unreachable'],
    },
  },
}
