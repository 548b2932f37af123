import type { AddModel } from '../../api/models.ts'
import type { Form } from '../contract.ts'
import { checkWith } from '../dialogs/check-with.ts'
import { defineForm } from '../dialogs/define-form.ts'
import { readTargets, sourceField, targetFields } from './alias-fields.ts'

const strategyHints: Record<string, string> = {
  alias: "One of a provider's models.",
  fallback: 'Several models: the first that works answers.',
  balance: 'Several models: one is drawn for each request.',
}

/** Adds a name that stands for others. */
export function addAliasForm(): Form {
  return defineForm<AddModel>({
    id: 'add-alias',
    title: 'Add an alias',
    submit: 'Add',
    initial: { name: '', strategy: 'alias', source: '', targets: '', weights: '' },
    fields: (values) => [
      { name: 'name', label: 'Name', kind: 'text', hint: 'What clients will call it, as in best.' },
      {
        name: 'strategy',
        label: 'Stands for',
        kind: 'choice',
        choices: ['alias', 'fallback', 'balance'],
        hint: strategyHints[values['strategy'] ?? ''] ?? '',
      },
      ...(values['strategy'] === 'alias' ? [sourceField] : targetFields(values)),
    ],
    body({ name = '', source = '', ...values }) {
      const { strategy } = values
      if (strategy === 'alias') return { name: name.trim(), source: source.trim() }
      return { name: name.trim(), strategy, targets: readTargets(values) }
    },
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
