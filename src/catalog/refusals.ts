import { LlmdError } from '../errors.ts'

export function unknownModel(name: string): LlmdError {
  return new LlmdError('model_not_found', `There is no model called ${JSON.stringify(name)}.`, {
    hint: 'List the models there are with: llmd models list',
  })
}

/** @param owner As in `the provider openrouter` */
export function takenName(name: string, owner: string): LlmdError {
  return new LlmdError('model_exists', `${name} is the name of ${owner} already.`, {
    hint: 'Choose another name, or remove that model first.',
    param: 'name',
  })
}

export function unknownTarget(name: string, index: number): LlmdError {
  return new LlmdError(
    'model_not_found',
    `There is no model called ${JSON.stringify(name)} to be a target.`,
    {
      hint: 'List the models there are with: llmd models list',
      param: `targets[${index}].model`,
    },
  )
}

/** @param users Routed models that have it as a target */
export function targetInUse(name: string, users: string[]): LlmdError {
  return new LlmdError('model_in_use', `${name} is a target of ${users.join(', ')}.`, {
    hint: `Give other targets first, as in: llmd models edit ${users[0]} --target MODEL`,
  })
}

/** For what is done to the operator's own models only. */
export function notDefined(name: string, provider: string): LlmdError {
  return new LlmdError('invalid_request', `${name} is a model that the provider ${provider} brings.`, {
    hint: `See what it brings with: llmd providers show ${provider}`,
  })
}

export function notLocal(name: string): LlmdError {
  return new LlmdError('unsupported_by_model', `${name} is no local model, so there is nothing to load.`, {
    hint: `See what it stands for with: llmd models show ${name}`,
  })
}

/** @param field Of the body: what was said of a model of another kind */
export function misplaced(field: 'options' | 'source' | 'targets', name: string): LlmdError {
  const whose = {
    options: 'Options are for local models',
    source: "A source is changed of other names for providers' models",
    targets: 'Targets are for routed models',
  }
  return new LlmdError('invalid_request', `${whose[field]}, and ${name} is none.`, { param: field })
}

export function notRemote(source: string): LlmdError {
  return new LlmdError('invalid_request', `${JSON.stringify(source)} is no provider's model.`, {
    hint: 'Name one as PROVIDER/MODEL, or remove the name and add it anew.',
    param: 'source',
  })
}

export function notDownloaded(name: string): LlmdError {
  return new LlmdError('invalid_request', `The file of ${name} was not downloaded by llmd, so it stays.`, {
    hint: 'Remove the model alone, and its file yourself.',
  })
}

export function fileInUse(name: string, other: string): LlmdError {
  return new LlmdError('model_in_use', `${other} has the same file as ${name}.`, {
    hint: `Remove ${name} alone, and its file with the last model that has it.`,
  })
}
