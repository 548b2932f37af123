import type { Scope, Token } from '../api/tokens.ts'
import { LlmdError } from '../errors.ts'

export function scopesDenied(scopes: readonly Scope[]): LlmdError {
  return new LlmdError('permission_denied', `You cannot hand out a scope you lack: ${scopes.join(', ')}.`, {
    hint: 'Leave it out, or use a token that has it.',
    param: 'scopes',
  })
}

export function modelsAlone(): LlmdError {
  return new LlmdError('invalid_request', 'The keys of a deployment are for its model, and nothing else.', {
    param: 'scopes',
    hint: 'Leave the scopes out, or make a key of no deployment.',
  })
}

export function tokenExists(name: string): LlmdError {
  return new LlmdError('token_exists', `There is a token called ${name} already.`, {
    hint: 'Choose another name, or revoke that token first.',
    param: 'name',
  })
}

export function tokenNotFound(idOrName: string): LlmdError {
  return new LlmdError(
    'token_not_found',
    `There is no token with the id, and no live one with the name, ${idOrName}.`,
    {
      hint: 'List the tokens to see their ids and names.',
    },
  )
}

export function tokenRevoked({ name }: Pick<Token, 'name'>): LlmdError {
  return new LlmdError('invalid_request', `The token ${name} was revoked, which is for good.`, {
    hint: 'Create another one.',
  })
}

export function tokenExpired({ name }: Pick<Token, 'name'>): LlmdError {
  return new LlmdError('invalid_request', `The token ${name} has expired.`, {
    hint: 'Give it a later end first, or create another one.',
  })
}

export function tooManyKeys(most: number): LlmdError {
  return new LlmdError('too_many_keys', `You have ${most} keys already, which is the most.`, {
    hint: 'Revoke one that is not used any more: GET /v1/api-keys lists them.',
  })
}

export function tooManyKeysToday(most: number): LlmdError {
  return new LlmdError('too_many_keys', `You have made ${most} keys within a day, which is the most.`, {
    hint: 'Use those that you have, or wait until tomorrow.',
  })
}
