import { LlmdError, toLlmdError } from '../../errors.ts'
import type { Client } from '../../client/create-client.ts'
import type { Field, Values } from '../contract.ts'
import { wordsOf } from '../dialogs/pick.ts'

const mostTargets = 16

/** A provider's model that a name stands for. */
export const sourceField: Field = {
  name: 'source',
  label: 'Model',
  kind: 'text',
  hint: 'As PROVIDER/MODEL; ^O lists what the providers have.',
  pick: { title: 'Models of the providers', most: 1, load: listSources },
}

/** What a routed model stands for. */
export function targetFields({ strategy }: Values, own?: string): readonly Field[] {
  const targets: Field = {
    name: 'targets',
    label: 'Targets',
    kind: 'text',
    hint: 'Names of models with spaces between; ^O lists them. They are taken in the order in which they are chosen.',
    pick: {
      title: 'Models to stand for',
      most: mostTargets,
      load: async (client) =>
        (await client.listModels()).map(({ name }) => name).filter((name) => name !== own),
    },
  }
  if (strategy !== 'balance') return [targets]
  return [
    targets,
    {
      name: 'weights',
      label: 'Weights',
      kind: 'text',
      hint: 'One for each target, as in 3 1; empty is the same for all.',
    },
  ]
}

/** @throws LlmdError where weights are no numbers, or not as many as targets */
export function readTargets({
  strategy,
  targets = '',
  weights = '',
}: Values): { model: string; weight?: number }[] {
  const models = wordsOf(targets)
  const numbers = strategy === 'balance' ? wordsOf(weights) : []
  if (numbers.some((number) => !/^\d+$/.test(number))) {
    throw new LlmdError('invalid_request', 'Whole numbers are needed, with spaces between.', {
      param: 'weights',
    })
  }
  if (numbers.length > 0 && numbers.length !== models.length) {
    const message = `There are ${models.length} targets and ${numbers.length} weights.`
    throw new LlmdError('invalid_request', message, { param: 'weights' })
  }
  return models.map((model, index) => {
    const number = numbers[index]
    return number === undefined ? { model } : { model, weight: Number(number) }
  })
}

/** @throws LlmdError why none of the providers says what it has */
async function listSources(client: Client): Promise<readonly string[]> {
  const providers = await client.listProviders()
  const lists = await Promise.allSettled(
    providers.map(async ({ name }) =>
      (await client.listProviderModels(name)).map(({ id }) => `${name}/${id}`),
    ),
  )
  const failure = lists.find(({ status }) => status === 'rejected')
  const sources = lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []))
  if (sources.length === 0 && failure?.status === 'rejected') throw toLlmdError(failure.reason)
  return sources
}
