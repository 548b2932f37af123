import {
  createTokenSchema,
  createdTokenSchema,
  editTokenSchema,
  tokenListSchema,
  tokenSchema,
} from '../../../api/tokens.ts'
import {
  exportVaultSchema,
  exportedVaultSchema,
  importVaultSchema,
  rotatedVaultSchema,
  vaultStatusSchema,
} from '../../../api/vault.ts'
import type { OperationGroup } from '../operation.ts'

const ofToken = 'Of the token, or its name.'

const passphrase = 'correct horse battery staple'

export const tokenOperations: OperationGroup = {
  name: 'Tokens',
  description: 'What clients show who they are with.',
  scope: 'admin',
  operations: {
    'GET /llmd/v1/tokens': {
      id: 'listTokens',
      summary: 'List the tokens',
      answer: { description: 'All of them, without their keys.', json: { schema: tokenListSchema } },
    },
    'POST /llmd/v1/tokens': {
      id: 'createToken',
      summary: 'Create a token',
      description: 'It can do no more than the one that it is asked for with.',
      body: { schema: createTokenSchema, example: { name: 'laptop', scopes: ['llm-all'] } },
      answer: {
        status: 201,
        description: 'The token. No other answer ever holds its key.',
        json: { schema: createdTokenSchema },
      },
      errors: ['deployment_not_found', 'deployment_ended', 'token_exists', 'disk_full'],
    },
    'GET /llmd/v1/tokens/:id': {
      id: 'getToken',
      summary: 'Show a token',
      parameters: { id: ofToken },
      answer: { description: 'The token, without its key.', json: { schema: tokenSchema } },
      errors: ['token_not_found'],
    },
    'PATCH /llmd/v1/tokens/:id': {
      id: 'editToken',
      summary: 'Change a token',
      description: 'What is not named stays as it is. A scope can be given only by those who have it.',
      parameters: { id: ofToken },
      body: { schema: editTokenSchema, example: { expires_at: '2027-01-31T12:00:00.000Z' } },
      answer: { description: 'The token.', json: { schema: tokenSchema } },
      errors: ['token_not_found', 'token_exists', 'disk_full'],
    },
    'DELETE /llmd/v1/tokens/:id': {
      id: 'revokeToken',
      summary: 'Revoke a token',
      parameters: { id: ofToken },
      answer: { description: 'The token.', json: { schema: tokenSchema } },
      errors: ['token_not_found'],
    },
    'POST /llmd/v1/tokens/:id/rotate': {
      id: 'rotateToken',
      summary: 'Give a token another key',
      description:
        'The key that it had is refused at once. Only those can ask for it who have all of its scopes.',
      parameters: { id: ofToken },
      answer: {
        description: 'The token. No other answer ever holds its new key.',
        json: { schema: createdTokenSchema },
      },
      errors: ['token_not_found', 'invalid_request', 'disk_full'],
    },
  },
}

export const vaultOperations: OperationGroup = {
  name: 'Vault',
  description: 'The master key that the keys of providers are encrypted with.',
  scope: 'admin',
  operations: {
    'GET /llmd/v1/vault': {
      id: 'getVault',
      summary: 'Whether the vault is open',
      description: 'A sealed one looks for its key again first.',
      answer: { description: 'Where the key is.', json: { schema: vaultStatusSchema } },
    },
    'POST /llmd/v1/vault/rotate': {
      id: 'rotateVault',
      summary: 'Replace the key, and encrypt all secrets anew',
      answer: { description: 'What was done.', json: { schema: rotatedVaultSchema } },
      errors: ['sealed', 'data_corrupt', 'disk_full'],
    },
    'POST /llmd/v1/vault/export': {
      id: 'exportVault',
      summary: 'Export the master key, encrypted with a passphrase',
      description: 'Over the socket only.',
      body: { schema: exportVaultSchema, example: { passphrase } },
      answer: { description: 'The export.', json: { schema: exportedVaultSchema } },
      errors: ['sealed'],
    },
    'POST /llmd/v1/vault/import': {
      id: 'importVault',
      summary: 'Put an exported master key back',
      description: 'Over the socket only.',
      body: { schema: importVaultSchema, example: { export: 'llmd-master-key-v1...', passphrase } },
      answer: { description: 'The vault.', json: { schema: vaultStatusSchema } },
      errors: ['sealed'],
    },
  },
}
