import type { Model, RemoteModel, RoutedModel } from '../../api/models.ts'
import { formatMilliseconds } from '../../cli/format.ts'
import { formatModel } from '../../cli/format-model.ts'
import type { Client } from '../../client/create-client.ts'
import type { App, Effect, Tab } from '../contract.ts'
import { confirm } from '../dialogs/confirm.ts'
import { openForm } from '../dialogs/form.ts'
import { showText } from '../dialogs/show-text.ts'
import type { CellText } from '../draw/table.ts'
import { addAliasForm } from '../forms/add-alias.ts'
import { editAliasForm } from '../forms/edit-alias.ts'
import { describeHealth } from './describe-health.ts'
import { listTab, type ListState } from './list-tab.ts'

/** A name that the operator gave to other models. */
type Alias = RemoteModel | RoutedModel

/** How long a test may take; a local target may have to be loaded for it. */
const testMs = 120_000

/** The names that stand for others, and how those do. */
export function aliasesTab(): Tab<ListState> {
  return listTab<Alias>({
    id: 'aliases',
    title: 'Aliases',
    feeds: ['models'],
    rows: ({ data }) => (data.models ?? []).filter(isAlias),
    key: ({ name }) => name,
    empty: () =>
      'There are no aliases yet. Press a to give a model of a provider another name, or several models one.',
    columns: [
      { title: 'NAME', width: 14, grows: true, cell: ({ name }) => ({ text: name, style: 'strong' }) },
      { title: 'KIND', width: 8, cell: (alias) => ({ text: kindOf(alias), style: 'muted' }) },
      { title: 'STATE', width: 16, cell: describeState },
      { title: 'STANDS FOR', width: 14, grows: true, cell: (alias) => ({ text: targetsOf(alias) }) },
      { title: 'LAST ERROR', width: 40, grows: true, drop: 1, cell: describeError },
    ],
    actions: [
      {
        name: 'show',
        key: 'enter',
        title: 'Show',
        help: 'What an alias stands for, and how each of that does',
        run: (alias) => (alias ? show(alias) : []),
      },
      {
        name: 'add',
        key: 'a',
        title: 'Add',
        help: 'Add a name for a model of a provider, or for several models',
        free: true,
        run: () => [openForm(addAliasForm())],
      },
      {
        name: 'edit',
        key: 'e',
        title: 'Edit',
        help: 'Change what a name stands for',
        run: (alias) => (alias ? [openForm(editAliasForm(alias))] : []),
      },
      {
        name: 'test',
        key: 't',
        title: 'Test',
        help: 'Ask an alias for a few words, as a client would',
        run: (alias) => (alias ? test(alias) : []),
      },
      {
        name: 'remove',
        key: 'd',
        title: 'Remove',
        help: 'Forget a name; what it stands for stays',
        run: (alias) => (alias ? remove(alias) : []),
      },
    ],
  })
}

function isAlias(model: Model): model is Alias {
  return model.kind === 'routed' || (model.kind === 'remote' && model.alias)
}

function kindOf(alias: Alias): string {
  return alias.kind === 'routed' ? alias.strategy : 'alias'
}

function targetsOf(alias: Alias): string {
  if (alias.kind === 'remote') return alias.source
  return alias.targets
    .map(({ model, weight }) => (weight === null ? model : `${model} ×${weight}`))
    .join(', ')
}

function describeState(alias: Alias, { now }: App): CellText {
  if (alias.kind === 'remote') return describeHealth(alias.health, now)
  const ready = alias.targets.filter(
    ({ kind, health }) => kind === 'routed' || health?.state === 'ready',
  ).length
  const all = alias.targets.length
  const text = `${ready} of ${all} ready`
  if (ready === 0) return { text: `✗ ${text}`, style: 'bad' }
  return ready < all ? { text: `○ ${text}`, style: 'warn' } : { text: `● ${text}`, style: 'good' }
}

function describeError(alias: Alias): CellText {
  const healths = alias.kind === 'remote' ? [alias.health] : alias.targets.map(({ health }) => health)
  const error = healths.find((health) => health?.last_error != null)?.last_error
  return error == null ? { text: '-', style: 'muted' } : { text: error, style: 'bad' }
}

function show({ name }: Alias): readonly Effect[] {
  return [
    {
      type: 'ask',
      what: `Show ${name}`,
      run: async (client) => [showText(name, formatModel(await client.getModel(name)))],
    },
  ]
}

function test({ name }: Alias): readonly Effect[] {
  return [
    { type: 'toast', tone: 'good', text: `Asking ${name}...` },
    {
      type: 'ask',
      what: `Test ${name}`,
      async run(client) {
        const { words, ms } = await askShortly(client, name)
        const said = words === '' ? 'without a word' : `with ${JSON.stringify(words)}`
        return [
          { type: 'toast', tone: 'good', text: `${name} answered after ${formatMilliseconds(ms)} ${said}.` },
          { type: 'refresh', feeds: ['models'] },
        ]
      },
    },
  ]
}

async function askShortly(client: Client, model: string): Promise<{ words: string; ms: number }> {
  const begun = performance.now()
  let words = ''
  const messages = [{ role: 'user' as const, content: 'Say hello.' }]
  for await (const { content } of client.chat(
    { model, messages, max_tokens: 16 },
    AbortSignal.timeout(testMs),
  )) {
    words += content
  }
  return { words: words.trim(), ms: performance.now() - begun }
}

function remove({ name }: Alias): readonly Effect[] {
  const text = 'Clients can no longer ask for it. What it stands for stays.'
  return [
    confirm({ title: `Remove ${name}?`, text, yes: 'Remove' }, [
      {
        type: 'ask',
        what: `Remove ${name}`,
        async run(client) {
          await client.removeModel(name)
          return [
            { type: 'toast', tone: 'good', text: `${name} is removed.` },
            { type: 'refresh', feeds: ['models'] },
          ]
        },
      },
    ]),
  ]
}
