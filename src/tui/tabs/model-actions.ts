import type { LocalModel } from '../../api/models.ts'
import { formatCheck } from '../../cli/format-check.ts'
import { formatModel } from '../../cli/format-model.ts'
import type { Effect } from '../contract.ts'
import { confirm } from '../dialogs/confirm.ts'
import { openForm } from '../dialogs/form.ts'
import { showText } from '../dialogs/show-text.ts'
import { addModelForm } from '../forms/add-model.ts'
import { editModelForm } from '../forms/edit-model.ts'
import { pullModelForm } from '../forms/pull-model.ts'
import type { ListAction } from './list-tab.ts'
import { localOf, nameOf, type ModelRow } from './model-row.ts'

/** What can be done with models. */
export const modelActions: readonly ListAction<ModelRow>[] = [
  {
    name: 'show',
    key: 'enter',
    title: 'Show',
    help: 'All there is to know of a model',
    run: (row) => (row ? show(row) : []),
  },
  {
    name: 'load',
    key: 'l',
    title: 'Load',
    help: 'Load a local model now',
    ready: isUnloaded,
    run: onLocal(load),
  },
  {
    name: 'unload',
    key: 'u',
    title: 'Unload',
    help: 'End its engine and give its memory back',
    ready: isLoaded,
    run: onLocal(unload),
  },
  {
    name: 'add',
    key: 'a',
    title: 'Add',
    help: 'Add a file or a model of a provider',
    free: true,
    run: () => [openForm(addModelForm())],
  },
  {
    name: 'pull',
    key: 'p',
    title: 'Pull',
    help: 'Download a model from the hub or an address',
    free: true,
    run: () => [openForm(pullModelForm())],
  },
  {
    name: 'edit',
    key: 'e',
    title: 'Edit',
    help: 'Change how a local model is loaded',
    ready: isLocal,
    run: onLocal((model) => [openForm(editModelForm(model))]),
  },
  {
    name: 'check',
    key: 't',
    title: 'Check',
    help: 'Try whether a local model loads, and say why not',
    ready: isLocal,
    run: onLocal(check),
  },
  {
    name: 'remove',
    key: 'd',
    title: 'Remove',
    help: 'Forget a model, or give a download up; files that were added stay',
    run: (row) => (row ? remove(row) : []),
  },
]

function isLocal(row: ModelRow): boolean {
  return localOf(row) !== null
}

function isLoaded(row: ModelRow): boolean {
  return localOf(row)?.state === 'ready' || localOf(row)?.state === 'loading'
}

function isUnloaded(row: ModelRow): boolean {
  return localOf(row)?.state === 'unloaded'
}

function onLocal(run: (model: LocalModel) => readonly Effect[]): (row: ModelRow | null) => readonly Effect[] {
  return (row) => {
    const model = row && localOf(row)
    if (model) return run(model)
    return [{ type: 'toast', tone: 'warn', text: `${row ? nameOf(row) : 'This'} is not a local model.` }]
  }
}

function show(row: ModelRow): readonly Effect[] {
  if (row.kind === 'download') return [{ type: 'go', tab: 'downloads' }]
  const { name } = row.model
  return [
    {
      type: 'ask',
      what: `Show ${name}`,
      run: async (client) => [showText(name, formatModel(await client.getModel(name)))],
    },
  ]
}

function load({ name }: LocalModel): readonly Effect[] {
  return [
    { type: 'toast', tone: 'good', text: `Loading ${name}...` },
    {
      type: 'ask',
      what: `Load ${name}`,
      async run(client) {
        await client.loadModel(name)
        return [
          { type: 'toast', tone: 'good', text: `${name} is loaded.` },
          { type: 'refresh', feeds: ['models'] },
        ]
      },
    },
    { type: 'refresh', feeds: ['models'] },
  ]
}

function unload({ name }: LocalModel): readonly Effect[] {
  return [
    {
      type: 'ask',
      what: `Unload ${name}`,
      async run(client) {
        await client.unloadModel(name)
        return [
          { type: 'toast', tone: 'good', text: `${name} is unloaded.` },
          { type: 'refresh', feeds: ['models'] },
        ]
      },
    },
  ]
}

function check({ name }: LocalModel): readonly Effect[] {
  return [
    { type: 'toast', tone: 'good', text: `Trying ${name} out...` },
    {
      type: 'ask',
      what: `Check ${name}`,
      run: async (client) => [showText(`Check of ${name}`, formatCheck(await client.checkModel(name)))],
    },
  ]
}

function remove(row: ModelRow): readonly Effect[] {
  const name = nameOf(row)
  const { title, text } =
    row.kind === 'download'
      ? { title: `Give the download of ${name} up?`, text: 'What is there of it is removed.' }
      : { title: `Remove ${name}?`, text: 'Clients can no longer ask for it. A file stays where it is.' }
  return [
    confirm({ title, text, yes: 'Remove' }, [
      {
        type: 'ask',
        what: `Remove ${name}`,
        async run(client) {
          if (row.kind === 'download') await client.cancelDownload(row.download.id)
          else await client.removeModel(name)
          return [
            { type: 'toast', tone: 'good', text: `${name} is removed.` },
            { type: 'refresh', feeds: ['models', 'downloads'] },
          ]
        },
      },
    ]),
  ]
}
