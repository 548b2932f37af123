import type { AddProvider, ProviderPreset } from '../../api/providers.ts'
import type { Form, Values } from '../contract.ts'
import { checkWith } from '../dialogs/check-with.ts'
import { defineForm } from '../dialogs/define-form.ts'
import {
  baseUrlField,
  changedReach,
  changedSettings,
  otherFields,
  providerValues,
  servedFields,
} from './provider-fields.ts'
import { tellServed } from './tell-served.ts'

const initial: Values = { name: '', preset: '', ...providerValues() }

/** Adds a provider, one of those that llmd knows or any other. */
export function addProviderForm(presets: readonly ProviderPreset[]): Form {
  const presetOf = ({ preset = '' }: Values) => presets.find(({ id }) => id === preset.trim())
  return defineForm<AddProvider>({
    id: 'add-provider',
    title: 'Add a provider',
    submit: 'Add',
    initial,
    fields(values) {
      const preset = presetOf(values)
      return [
        { name: 'name', label: 'Name', kind: 'text', hint: 'What to call it, as in openrouter.' },
        {
          name: 'preset',
          label: 'Preset',
          kind: 'text',
          hint: preset ? preset.title : 'One that llmd knows: ^O lists them. Empty for any other.',
          pick: {
            title: 'Providers that llmd knows',
            most: 1,
            load: async () => presets.map(({ id }) => id),
          },
        },
        baseUrlField(preset),
        { name: 'key', label: 'Key', kind: 'secret', hint: describeKey(preset) },
        ...servedFields(values, async (client, entered) => {
          const models = await client.discoverModels({ ...named(entered), ...changedReach(entered, initial) })
          return models.map(({ id }) => id)
        }),
        ...otherFields(values, ['auto', 'yes', 'no']),
      ]
    },
    body: ({ name = '', ...values }) => ({
      name: name.trim(),
      ...named(values),
      ...changedSettings(values, initial),
    }),
    check: checkWith(async () => (await import('../../api/providers.ts')).addProviderSchema),
    send: async (client, body) => tellServed(await client.addProvider(body), 'added'),
  })
}

function named({ preset = '', key = '' }: Values): { preset?: string; key?: string } {
  return {
    ...(preset.trim() !== '' && { preset: preset.trim() }),
    ...(key.trim() !== '' && { key: key.trim() }),
  }
}

function describeKey(preset: ProviderPreset | undefined): string {
  const made = preset?.keys_url == null ? '' : ` They are made at ${preset.keys_url}`
  return preset?.needs_key
    ? `It is encrypted, and never shown again.${made}`
    : 'Where it needs one. It is encrypted, and never shown again.'
}
