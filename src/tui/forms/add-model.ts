import type { AddModel } from '../../api/models.ts'
import type { Form } from '../contract.ts'
import { checkWith } from '../dialogs/check-with.ts'
import { defineForm } from '../dialogs/define-form.ts'
import { modelOptionFields, modelOptionValues, readModelOptions } from './model-options.ts'

/** Adds a file of the daemon's machine, or a provider's model, under a name. */
export function addModelForm(): Form {
  return defineForm<AddModel>({
    id: 'add-model',
    title: 'Add a model',
    submit: 'Add',
    initial: { name: '', source: '', ...modelOptionValues({}) },
    fields: ({ source = '' }) => [
      { name: 'name', label: 'Name', kind: 'text', hint: 'What clients will call it, as in qwen3:8b.' },
      {
        name: 'source',
        label: 'Source',
        kind: 'text',
        hint: "Path of a GGUF on the daemon's machine, or PROVIDER/MODEL. p pulls from the hub.",
      },
      ...(isProviders(source) ? [] : modelOptionFields),
    ],
    body: ({ name = '', source = '', ...values }) => ({
      name: name.trim(),
      source: source.trim(),
      ...(!isProviders(source) && { options: readModelOptions(values).options }),
    }),
    check: checkWith(async () => (await import('../../api/models.ts')).addModelSchema),
    async send(client, body) {
      const { name } = await client.addModel(body)
      return [
        { type: 'toast', tone: 'good', text: `${name} is added.` },
        { type: 'refresh', feeds: ['models'] },
      ]
    },
  })
}

/** Paths begin with / or a dot; PROVIDER/MODEL does not. */
function isProviders(source: string): boolean {
  return /^[^/.~:]+\//.test(source)
}
