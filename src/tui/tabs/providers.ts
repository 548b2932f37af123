import type { Provider } from '../../api/providers.ts'
import { formatProvider, formatProviderTest } from '../../cli/format-provider.ts'
import { formatRelativeTime } from '../../cli/format.ts'
import type { App, Effect, Tab } from '../contract.ts'
import { confirm } from '../dialogs/confirm.ts'
import { openForm } from '../dialogs/form.ts'
import { showText } from '../dialogs/show-text.ts'
import type { CellText } from '../draw/table.ts'
import { addProviderForm } from '../forms/add-provider.ts'
import { editProviderForm } from '../forms/edit-provider.ts'
import { describeHealth } from './describe-health.ts'
import { listTab, type ListState } from './list-tab.ts'

const none: CellText = { text: '-', style: 'muted' }

/** Whose models are served beside the local ones, and how they do. */
export function providersTab(): Tab<ListState> {
  return listTab<Provider>({
    id: 'providers',
    title: 'Providers',
    feeds: ['providers'],
    rows: ({ data }) => data.providers ?? [],
    key: ({ name }) => name,
    empty: () =>
      'There are no providers yet. Press a to add one, whose models are then served beside the local ones.',
    columns: [
      { title: 'NAME', width: 12, grows: true, cell: ({ name }) => ({ text: name, style: 'strong' }) },
      {
        title: 'PRESET',
        width: 10,
        drop: 4,
        cell: ({ preset }) => (preset === null ? none : { text: preset }),
      },
      { title: 'STATE', width: 16, cell: ({ health }, { now }) => describeHealth(health, now) },
      { title: 'MODELS', width: 6, right: true, cell: describeServed, order: ({ served }) => served.length },
      {
        title: 'PREFIX',
        width: 8,
        drop: 1,
        cell: ({ prefix }) => (prefix === null ? none : { text: prefix }),
      },
      {
        title: 'KEY',
        width: 4,
        drop: 2,
        cell: ({ has_key }) => (has_key ? { text: 'kept', style: 'good' } : none),
      },
      { title: 'REFRESHED', width: 14, drop: 5, cell: describeRefreshed },
      {
        title: 'BASE URL',
        width: 14,
        grows: true,
        cell: ({ base_url }) => ({ text: base_url, style: 'muted' }),
      },
      {
        title: 'LAST ERROR',
        width: 40,
        grows: true,
        drop: 3,
        cell: ({ health }) => (health.last_error === null ? none : { text: health.last_error, style: 'bad' }),
      },
    ],
    actions: [
      {
        name: 'show',
        key: 'enter',
        title: 'Show',
        help: 'All there is to know of a provider, but for its key',
        run: (provider) => (provider ? [showText(provider.name, formatProvider(provider))] : []),
      },
      {
        name: 'add',
        key: 'a',
        title: 'Add',
        help: 'Add a provider; its key is encrypted, and never shown again',
        free: true,
        run: add,
      },
      {
        name: 'edit',
        key: 'e',
        title: 'Edit',
        help: 'Change a provider, its key or its models',
        run: (provider) => (provider ? [openForm(editProviderForm(provider))] : []),
      },
      {
        name: 'test',
        key: 't',
        title: 'Test',
        help: 'Try a provider with a small chat completion',
        run: (provider) => (provider ? test(provider) : []),
      },
      {
        name: 'refresh',
        key: 'r',
        title: 'Refresh',
        help: 'Ask a provider what it has',
        run: (provider) => (provider ? refresh(provider) : []),
      },
      {
        name: 'remove',
        key: 'd',
        title: 'Remove',
        help: 'Forget a provider and its key',
        run: (provider) => (provider ? remove(provider) : []),
      },
    ],
  })
}

function describeServed({ served, not_served }: Provider): CellText {
  const text = String(served.length)
  return not_served.length > 0
    ? { text: `${text}!`, style: 'warn' }
    : { text, ...(served.length === 0 && { style: 'muted' as const }) }
}

function describeRefreshed({ all_models, refreshed_at }: Provider, { now }: App): CellText {
  if (!all_models) return none
  return refreshed_at === null
    ? { text: 'not yet', style: 'warn' }
    : { text: formatRelativeTime(refreshed_at, now), style: 'muted' }
}

function add(): readonly Effect[] {
  return [
    {
      type: 'ask',
      what: 'List the providers that llmd knows',
      run: async (client) => [openForm(addProviderForm(await client.listProviderPresets()))],
    },
  ]
}

function test({ name }: Provider): readonly Effect[] {
  return [
    { type: 'toast', tone: 'good', text: `Trying ${name}...` },
    {
      type: 'ask',
      what: `Test ${name}`,
      async run(client) {
        const result = await client.testProvider(name)
        const text = formatProviderTest(name, result)
        return [
          result.ok ? { type: 'toast', tone: 'good', text } : showText(`Test of ${name}`, text),
          { type: 'refresh', feeds: ['providers'] },
        ]
      },
    },
  ]
}

function refresh({ name }: Provider): readonly Effect[] {
  return [
    { type: 'toast', tone: 'good', text: `Asking ${name}...` },
    {
      type: 'ask',
      what: `Refresh ${name}`,
      async run(client) {
        const models = await client.listProviderModels(name)
        const served = models.filter(({ served_as }) => served_as !== null).length
        return [
          {
            type: 'toast',
            tone: 'good',
            text: `${name} has ${models.length} models, of which ${served} are served.`,
          },
          { type: 'refresh', feeds: ['providers', 'models'] },
        ]
      },
    },
  ]
}

function remove({ name, aliases }: Provider): readonly Effect[] {
  const left = aliases.length === 0 ? '' : ` These aliases then lead nowhere: ${aliases.join(', ')}.`
  return [
    confirm(
      {
        title: `Remove ${name}?`,
        text: `Its models are no longer served, and its key is forgotten.${left}`,
        yes: 'Remove',
      },
      [
        {
          type: 'ask',
          what: `Remove ${name}`,
          async run(client) {
            await client.removeProvider(name)
            return [
              { type: 'toast', tone: 'good', text: `${name} is removed.` },
              { type: 'refresh', feeds: ['providers', 'models'] },
            ]
          },
        },
      ],
    ),
  ]
}
