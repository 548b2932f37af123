import type { EditProvider, Provider } from '../../api/providers.ts'
import type { Form } from '../contract.ts'
import { checkWith } from '../dialogs/check-with.ts'
import { defineForm } from '../dialogs/define-form.ts'
import {
  baseUrlField,
  changedSettings,
  otherFields,
  providerValues,
  servedFields,
} from './provider-fields.ts'
import { tellServed } from './tell-served.ts'

/** Changes a provider; only what was changed is sent, so that it is tried anew only where it has to be. */
export function editProviderForm(provider: Provider): Form {
  const { name, has_key } = provider
  const initial = { ...providerValues(provider), forget: 'no' }
  return defineForm<EditProvider>({
    id: `edit-provider ${name}`,
    title: `Edit ${name}`,
    submit: 'Save',
    initial,
    fields: (values) => [
      baseUrlField(),
      {
        name: 'key',
        label: 'Key',
        kind: 'secret',
        hint: has_key
          ? 'Empty keeps the one that there is. Another base URL needs it again.'
          : 'It has none.',
      },
      ...(has_key ? [{ name: 'forget', label: 'Forget key', kind: 'switch' } as const] : []),
      ...servedFields(values, async (client) => (await client.listProviderModels(name)).map(({ id }) => id)),
      ...otherFields(values, ['yes', 'no']),
    ],
    body: (values) => ({
      ...changedSettings(values, initial),
      ...readKey(values['key'] ?? '', values['forget'] === 'yes'),
    }),
    check: checkWith(async () => (await import('../../api/providers.ts')).editProviderSchema),
    send: async (client, body) => tellServed(await client.editProvider(name, body), 'saved'),
  })
}

function readKey(key: string, forget: boolean): { key?: string | null } {
  if (forget) return { key: null }
  return key.trim() === '' ? {} : { key: key.trim() }
}
