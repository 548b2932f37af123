import type { EditModel, RemoteModel, RoutedModel } from '../../api/models.ts'
import type { Form } from '../contract.ts'
import { checkWith } from '../dialogs/check-with.ts'
import { defineForm } from '../dialogs/define-form.ts'
import { readTargets, sourceField, targetFields } from './alias-fields.ts'

/** Changes what a name stands for. */
export function editAliasForm(model: RemoteModel | RoutedModel): Form {
  const { name, kind } = model
  return defineForm<EditModel>({
    id: `edit-alias ${name}`,
    title: `Edit ${name}`,
    submit: 'Save',
    initial: kind === 'remote' ? { source: model.source } : routeValues(model),
    fields: (values) =>
      kind === 'remote'
        ? [sourceField]
        : [
            {
              name: 'strategy',
              label: 'Strategy',
              kind: 'choice',
              choices: ['fallback', 'balance'],
              hint: 'The first that works answers, or one is drawn for each request.',
            },
            ...targetFields(values, name),
          ],
    body({ source = '', ...values }) {
      if (kind === 'remote') return { source: source.trim() }
      return { strategy: values['strategy'], targets: readTargets(values) }
    },
    check: checkWith(async () => (await import('../../api/models.ts')).editModelSchema),
    async send(client, body) {
      await client.editModel(name, body)
      return [
        { type: 'toast', tone: 'good', text: `${name} is saved.` },
        { type: 'refresh', feeds: ['models'] },
      ]
    },
  })
}

function routeValues({ strategy, targets }: RoutedModel) {
  return {
    strategy,
    targets: targets.map(({ model }) => model).join(' '),
    weights: targets.flatMap(({ weight }) => weight ?? []).join(' '),
  }
}
