import { LlmdError } from '../errors.ts'
import type { DeploymentRow } from '../storage/deployment-table.ts'

export function unknownDeployment(id: string): LlmdError {
  return new LlmdError('deployment_not_found', `There is no deployment ${JSON.stringify(id)}.`, {
    hint: 'List the deployments there are with: llmd deployments',
  })
}

export function unknownModel(name: string): LlmdError {
  return new LlmdError('model_not_found', `There is no model called ${JSON.stringify(name)}.`, {
    hint: 'List the models there are with: llmd models list',
    param: 'model',
  })
}

/** Why a deployment failed whose model is no more. */
export function modelGone(name: string): LlmdError {
  return new LlmdError('model_not_found', `The model ${name} was removed.`, {
    hint: 'Deploy another one: llmd deploy MODEL',
  })
}

export function notReady({ id, model }: DeploymentRow): LlmdError {
  return new LlmdError('deployment_not_ready', `The deployment ${id} of ${model} is still starting.`, {
    hint: 'Send the request again when it is ready.',
  })
}

export function ended({ id, model, state }: DeploymentRow): LlmdError {
  const how = { live: 'ended', stopped: 'was stopped', failed: 'has failed', expired: 'is over' }[state]
  return new LlmdError('deployment_ended', `The deployment ${id} of ${model} ${how}.`, {
    hint: 'A new deployment needs new keys: llmd deploy MODEL --wait',
  })
}

export function endless({ id }: DeploymentRow): LlmdError {
  return new LlmdError('invalid_request', `The deployment ${id} has no end that could be later.`, {
    hint: `End it with: llmd deployments stop ${id}`,
  })
}

export function otherModel({ id, model }: DeploymentRow): LlmdError {
  return new LlmdError(
    'model_not_found',
    `This key is for the deployment ${id} alone, whose model is ${JSON.stringify(model)}.`,
    { param: 'model', hint: `Ask for ${JSON.stringify(model)}, or use another key.` },
  )
}

export function keyGone({ id }: DeploymentRow): LlmdError {
  return new LlmdError(
    'deployment_key_not_found',
    `The first key of the deployment ${id} was shown before, or is lost.`,
    { hint: `Make another one: llmd tokens create NAME --deployment ${id}` },
  )
}
