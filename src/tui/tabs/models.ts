import type { App, Tab } from '../contract.ts'
import { listTab, type ListState } from './list-tab.ts'
import { modelActions } from './model-actions.ts'
import { modelColumns } from './model-columns.ts'
import { nameOf, type ModelRow } from './model-row.ts'

/** What there is to serve, what of it is loaded, and what comes. */
export function modelsTab(): Tab<ListState> {
  return listTab<ModelRow>({
    id: 'models',
    title: 'Models',
    feeds: ['models', 'downloads'],
    rows: rowsOf,
    key: nameOf,
    empty: () =>
      'There are no models yet. Press a to add a file that is here, or p to pull one from the hub.',
    columns: modelColumns,
    actions: modelActions,
  })
}

function rowsOf({ data }: App): ModelRow[] {
  const coming = (data.downloads ?? []).filter(({ state }) => state !== 'finished')
  return [
    ...coming.map((download): ModelRow => ({ kind: 'download', download })),
    ...(data.models ?? []).map((model): ModelRow => ({ kind: 'model', model })),
  ]
}
