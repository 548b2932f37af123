import { LlmdError } from '../errors.ts'

export function providerExists(name: string): LlmdError {
  return new LlmdError('provider_exists', `There is a provider called ${name} already.`, {
    hint: 'Choose another name, or change that provider.',
    param: 'name',
  })
}

export function unknownProvider(name: string): LlmdError {
  return new LlmdError('provider_not_found', `There is no provider called ${JSON.stringify(name)}.`, {
    hint: 'List the providers there are with: llmd providers list',
  })
}

/** @param owner who has the name, as in `a local model` */
export function nameClash(provider: string, name: string, owner: string): LlmdError {
  return new LlmdError('model_exists', `${provider} would bring ${name}, which is the name of ${owner}.`, {
    hint: 'Set a prefix, or leave the model out; with override the other one keeps the name.',
    param: 'models',
  })
}
