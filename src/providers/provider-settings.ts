import { isDeepStrictEqual } from 'node:util'
import { mostSelectedModels } from '../api/most-selected-models.ts'
import type { ProviderSettings } from '../api/providers.ts'
import { LlmdError } from '../errors.ts'
import type { ProviderRow } from '../storage/provider-table.ts'
import { findVendor, vendors, type Vendor } from './vendors.ts'

type Given = Partial<ProviderSettings>

/** Everything there is to set, from what was given and what its preset says. @throws LlmdError `invalid_request` */
export function completeSettings(given: Given, preset: string | null): ProviderSettings {
  const vendor = preset === null ? undefined : requireVendor(preset)
  const baseUrl = given.base_url ?? vendor?.baseUrl
  if (baseUrl === undefined || baseUrl === null) throw baseUrlMissing(vendor)
  return checkSettings({
    format: vendor?.format ?? 'openai',
    headers: {},
    organization: null,
    project: null,
    proxy: null,
    ca_file: null,
    socket: null,
    allow_private: vendor?.allowPrivate ?? false,
    prefix: null,
    models: [],
    all_models: false,
    ...given,
    base_url: baseUrl,
  })
}

/** @throws LlmdError `invalid_request` for what contradicts what stays */
export function changeSettings(
  current: ProviderSettings,
  change: Given & { add_models?: string[] | undefined; remove_models?: string[] | undefined },
): ProviderSettings {
  const { add_models: added = [], remove_models: removed = [], ...fields } = change
  const changed = { ...current, ...fields }
  const kept = changed.models.filter((model) => !removed.includes(model))
  return checkSettings({ ...changed, models: [...kept, ...added] })
}

function checkSettings(settings: ProviderSettings): ProviderSettings {
  const models = [...new Set(settings.models)]
  if (models.length > mostSelectedModels) {
    throw new LlmdError('invalid_request', `models: at most ${mostSelectedModels} can be selected.`, {
      hint: 'Serve all of the models with all_models and a prefix, or add the provider once more.',
      param: 'models',
    })
  }
  if (settings.all_models && settings.prefix === null) {
    throw new LlmdError('invalid_request', 'all_models needs a prefix, which tells whose models they are.', {
      hint: 'Set one, as in or/ for OpenRouter.',
      param: 'prefix',
    })
  }
  return { ...settings, models, base_url: settings.base_url.replace(/\/+$/, '') }
}

/** Whether requests go the same way under both settings. */
export function isReachedAlike(one: ProviderSettings, other: ProviderSettings): boolean {
  return isDeepStrictEqual(reachOf(one), reachOf(other))
}

function reachOf(settings: ProviderSettings) {
  return { ...settings, prefix: null, models: [], all_models: false }
}

export function settingsOfRow(row: ProviderRow): ProviderSettings {
  const { headers, organization, project, proxy, caFile, socket, allowPrivate } = row.options
  return {
    format: 'openai',
    base_url: row.baseUrl,
    headers,
    organization,
    project,
    proxy,
    ca_file: caFile,
    socket,
    allow_private: allowPrivate,
    prefix: row.prefix,
    models: row.models,
    all_models: row.allModels,
  }
}

export function rowFields(settings: ProviderSettings) {
  return {
    format: settings.format,
    baseUrl: settings.base_url,
    prefix: settings.prefix,
    models: settings.models,
    allModels: settings.all_models,
    options: {
      headers: settings.headers,
      organization: settings.organization,
      project: settings.project,
      proxy: settings.proxy,
      caFile: settings.ca_file,
      socket: settings.socket,
      allowPrivate: settings.allow_private,
    },
  } satisfies Partial<ProviderRow>
}

function requireVendor(preset: string): Vendor {
  const vendor = findVendor(preset)
  if (vendor) return vendor
  throw new LlmdError('invalid_request', `There is no preset called ${JSON.stringify(preset)}.`, {
    hint: `There are: ${vendors.map(({ id }) => id).join(', ')}`,
    param: 'preset',
  })
}

function baseUrlMissing(vendor: Vendor | undefined): LlmdError {
  if (!vendor) {
    return new LlmdError('invalid_request', 'There is neither a preset nor a base URL.', {
      hint: 'Give everything before /chat/completions, as in https://api.openai.com/v1',
      param: 'base_url',
    })
  }
  return new LlmdError('invalid_request', `${vendor.title} has a base URL for each customer.`, {
    param: 'base_url',
    ...(vendor.baseUrlExample !== null && { hint: `It looks like this: ${vendor.baseUrlExample}` }),
  })
}
