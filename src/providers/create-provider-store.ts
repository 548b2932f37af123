import type { ProviderHealth } from '../api/providers.ts'
import { toLlmdError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Vault } from '../secrets/vault.ts'
import type { ProviderRow, ProviderTable } from '../storage/provider-table.ts'
import { connectionOf } from './connection-of.ts'
import type { UpstreamConnection } from './connection.ts'
import { describeProvider } from './describe-provider.ts'
import { draftConnection, unsavedConnection } from './draft-connection.ts'
import { listModels } from './list-models.ts'
import { createLiveUpstreams } from './live-upstreams.ts'
import { createProviderKeys, requireKey, requireSameDestination, toSecret } from './provider-keys.ts'
import {
  changeSettings,
  completeSettings,
  isReachedAlike,
  rowFields,
  settingsOfRow,
} from './provider-settings.ts'
import type { ProviderDirectory, ProviderStore } from './provider-store.ts'
import { nameClash, providerExists, unknownProvider } from './refusals.ts'
import { indexServedModels, namesOf, type RemoteModel } from './served-models.ts'
import { takeTurns } from './take-turns.ts'
import { requireSuccess, tryProvider, type Connect } from './try-provider.ts'
import { customVendor, describePreset, findVendor, vendors } from './vendors.ts'

export interface ProviderStoreOptions {
  table: ProviderTable
  vault: Vault
  connect: Connect
  /** Who else than a provider has a name, as in `a local model`; undefined where it is free. */
  taken: (name: string) => string | undefined
  /** How a model has been doing. */
  health: (target: RemoteModel) => ProviderHealth
  /** Names that the operator gave to models of a provider. */
  aliasesOf: (provider: string) => string[]
  /** Told of a provider that is reached in another way from now on, or is gone. */
  onReachedAnew: (provider: string) => void
  log: Log
  now?: () => Date
}

const refreshMs = 60 * 60 * 1000

/** Reads every row once; from then on the table is only written to. */
export async function createProviderStore(
  options: ProviderStoreOptions,
): Promise<ProviderStore & ProviderDirectory> {
  const { table, vault, connect, taken, health, aliasesOf, onReachedAnew, log } = options
  const { now = () => new Date() } = options
  // Oldest first: of two providers that bring a name, the older one has it.
  const rows = new Map((await table.all()).map((row) => [row.name, row]))
  let served = indexServedModels([...rows.values()])
  const keys = createProviderKeys(vault)
  const upstreams = createLiveUpstreams({ log })
  const inTurn = takeTurns()
  const ended = new AbortController()
  let timer: NodeJS.Timeout | undefined

  function rowOf(name: string): ProviderRow {
    const row = rows.get(name)
    if (row) return row
    throw unknownProvider(name)
  }

  /** Who has the name, other than this provider. */
  function ownerOf(name: string, provider: string): string | undefined {
    const other = served.get(name)?.provider
    return taken(name) ?? (other === undefined || other === provider ? undefined : `the provider ${other}`)
  }

  const present = (row: ProviderRow) =>
    describeProvider(row, {
      ownerOf: (name) => ownerOf(name, row.name),
      healthOf: (model) => health({ provider: row.name, model }),
      aliases: aliasesOf(row.name),
    })

  function refuseClashes(row: ProviderRow, { except }: { except: ProviderRow | undefined }): void {
    const had = new Set(except ? namesOf(except).map(({ name }) => name) : [])
    for (const { name } of namesOf(row)) {
      const owner = had.has(name) ? undefined : ownerOf(name, row.name)
      if (owner !== undefined) throw nameClash(row.name, name, owner)
    }
  }

  function remember(row: ProviderRow): void {
    rows.set(row.name, row)
    served = indexServedModels([...rows.values()])
  }

  function connectionTo(row: ProviderRow): UpstreamConnection {
    const { name, preset } = row
    return connectionOf({ name, preset, settings: settingsOfRow(row), key: keys.of(row) })
  }

  function upstream(name: string) {
    const row = rowOf(name)
    return upstreams.get(name, () => connect(connectionTo(row)))
  }

  const attempt = (
    connection: UpstreamConnection,
    { preset, model, signal }: { preset: string | null; model: string | undefined; signal: AbortSignal },
  ) => {
    const suggested = (findVendor(preset) ?? customVendor).trialModels
    return tryProvider({ connection, connect, model, suggested, signal })
  }

  /** Asks a provider what it has, and keeps the answer where all of it is served. */
  async function discover(name: string, signal: AbortSignal): Promise<string[]> {
    const asked = rowOf(name)
    const models = await listModels(upstream(name), { baseUrl: asked.baseUrl, key: keys.of(asked) }, signal)
    await inTurn(async () => {
      const row = rows.get(name)
      // Changed meanwhile, it may be another provider's list.
      if (!row?.allModels || !isReachedAlike(settingsOfRow(row), settingsOfRow(asked))) return
      const discovered = { models, at: now().toISOString() }
      if (await table.update({ ...row, discovered })) remember({ ...row, discovered })
    })
    return models
  }

  async function refresh(name: string): Promise<void> {
    try {
      await discover(name, ended.signal)
    } catch (error) {
      if (ended.signal.aborted) return
      const { code, message, hint } = toLlmdError(error)
      log.warn('a provider did not list its models', { provider: name, code, reason: message, hint })
    }
  }

  /** Once the daemon serves: nobody else will ask soon. */
  function warm(name: string): void {
    if (timer === undefined) return
    try {
      void upstream(name).warm()
    } catch {
      // Whoever asks for it is told why there is no connection.
    }
  }

  function reachAnew(name: string): void {
    upstreams.retire(name)
    onReachedAnew(name)
  }

  function refreshAll(): void {
    for (const { name, allModels } of rows.values()) if (allModels) void refresh(name)
  }

  return {
    presets: () => vendors.map(describePreset),
    list: () => [...rows.values()].map(present).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    get: (name) => present(rowOf(name)),
    has: (name) => rows.has(name),

    async add({ name, preset = null, key = null, verify = true, override = false, ...given }, signal) {
      const settings = completeSettings(given, preset)
      requireKey(preset, key !== null)
      const draft = { name, preset, createdAt: '', ...rowFields(settings), key: null, discovered: null }
      const refuse = () => {
        if (rows.has(name)) throw providerExists(name)
        if (!override) refuseClashes(draft, { except: undefined })
      }
      refuse()
      const connection = draftConnection({ name, preset, settings, key: toSecret(key) })
      if (verify) requireSuccess(await attempt(connection, { preset, model: settings.models[0], signal }))
      await inTurn(async () => {
        refuse()
        const stored = await keys.encrypt(key, name, settings)
        const row = { ...draft, createdAt: now().toISOString(), key: stored }
        await table.insert(row)
        remember(row)
      })
      // Its names are known from the start, if it tells them now.
      if (settings.all_models) await refresh(name)
      else warm(name)
      return present(rowOf(name))
    },

    async edit(name, { key, verify = true, override = false, ...change }, signal) {
      /** What the change makes of the row as it is now, but for its key. */
      const plan = () => {
        const current = rowOf(name)
        const previous = settingsOfRow(current)
        const settings = changeSettings(previous, change)
        const staysTheWay = isReachedAlike(previous, settings)
        const discovered = staysTheWay && settings.all_models ? current.discovered : null
        const row = { ...current, ...rowFields(settings), discovered }
        requireKey(current.preset, (key === undefined ? current.key : key) !== null)
        if (key === undefined) requireSameDestination(current, settings)
        if (!override) refuseClashes(row, { except: current })
        return { current, settings, row, isReachedAnew: !staysTheWay || key !== undefined }
      }

      const { current, settings, isReachedAnew } = plan()
      const { preset } = current
      const fresh = settings.models.find((model) => !current.models.includes(model))
      if (verify && (isReachedAnew || fresh !== undefined)) {
        const secret = keys.forChange(current, settings, key)
        const connection = draftConnection({ name, preset, settings, key: secret })
        requireSuccess(await attempt(connection, { preset, model: fresh ?? settings.models[0], signal }))
      } else if (isReachedAnew) {
        draftConnection({ name, preset, settings, key: null })
      }
      await inTurn(async () => {
        // Another change may have come meanwhile: this one builds on it.
        const latest = plan()
        const row =
          key === undefined
            ? latest.row
            : { ...latest.row, key: await keys.encrypt(key, name, latest.settings) }
        if (!(await table.update(row))) throw unknownProvider(name)
        remember(row)
        if (latest.isReachedAnew) reachAnew(name)
      })
      if (settings.all_models && rowOf(name).discovered === null) await refresh(name)
      else if (isReachedAnew) warm(name)
      return present(rowOf(name))
    },

    remove: (name) =>
      inTurn(async () => {
        const last = present(rowOf(name))
        await table.remove(name)
        rows.delete(name)
        served = indexServedModels([...rows.values()])
        reachAnew(name)
        return last
      }),

    async test(name, { model, key, ...difference }, signal) {
      const row = rowOf(name)
      const { preset } = row
      const settings = changeSettings(settingsOfRow(row), difference)
      const secret = keys.forChange(row, settings, key)
      const connection = draftConnection({ name, preset, settings, key: secret })
      return attempt(connection, { preset, model: model ?? row.models[0], signal })
    },

    async try({ model, ...given }, signal) {
      return attempt(unsavedConnection(given), { preset: given.preset ?? null, model, signal })
    },

    async models(name, signal) {
      const ids = await discover(name, signal)
      const { prefix } = rowOf(name)
      return ids.map((id) => {
        const offered = `${prefix ?? ''}${id}`
        const isServed = served.get(offered)?.provider === name && taken(offered) === undefined
        return { id, served_as: isServed ? offered : null }
      })
    },

    async discover(given, signal) {
      const connection = unsavedConnection(given)
      await using connected = connect(connection)
      const ids = await listModels(connected, connection, signal)
      return ids.map((id) => ({ id, served_as: null }))
    },

    served: () =>
      served.all.flatMap(({ name, provider, model }) =>
        taken(name) === undefined ? { name, provider, model, createdAt: rowOf(provider).createdAt } : [],
      ),
    find: (name) => served.find(name),
    taken(name) {
      const owner = served.get(name)
      return owner && `the provider ${owner.provider}`
    },
    upstream,
    connections: () =>
      [...rows.values()].flatMap((row) => {
        try {
          return connectionTo(row)
        } catch {
          // Whoever asks for it by name is told why.
          return []
        }
      }),

    start() {
      refreshAll()
      timer = setInterval(refreshAll, refreshMs).unref()
      for (const { name, allModels } of rows.values()) if (!allModels) warm(name)
    },

    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      ended.abort()
      // A change that is being written is written.
      await inTurn(async () => upstreams[Symbol.asyncDispose]())
    },
  }
}
