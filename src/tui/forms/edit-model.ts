import type { EditModel, LocalModel } from '../../api/models.ts'
import type { Form } from '../contract.ts'
import { checkWith } from '../dialogs/check-with.ts'
import { defineForm } from '../dialogs/define-form.ts'
import { modelOptionFields, modelOptionValues, readModelOptions } from './model-options.ts'

/** Changes how a local model is loaded. */
export function editModelForm({ name, options }: LocalModel): Form {
  return defineForm<EditModel>({
    id: `edit-model ${name}`,
    title: `Edit ${name}`,
    submit: 'Save',
    initial: modelOptionValues(options),
    fields: () => modelOptionFields,
    body(values) {
      const { options: given, chosenByLlmd } = readModelOptions(values)
      return { options: given, reset: chosenByLlmd.filter((option) => options[option] !== undefined) }
    },
    check: checkWith(async () => (await import('../../api/models.ts')).editModelSchema),
    async send(client, body) {
      await client.editModel(name, body)
      return [
        { type: 'toast', tone: 'good', text: `${name} is saved; it holds from the next load on.` },
        { type: 'refresh', feeds: ['models'] },
      ]
    },
  })
}
