import { isDeepStrictEqual } from 'node:util'
import { checkSettings, knownSettings, nameOf, valueOf } from './settings-schema.ts'
import {
  defaultSettings,
  mergeSettings,
  readSettingLayers,
  type SettingsOptions,
  type Settings,
  type SettingSource,
} from './settings.ts'

/** One setting as it is in force. */
interface SettingInForce {
  /** `server.port` */
  name: string
  value: unknown
  source: SettingSource
  /** Whether a reload applies a change; for the others it takes a restart. */
  live: boolean
}

/** What reading the settings again came to: names of those that differ. */
interface ReloadedSettings {
  applied: string[]
  /** What the daemon was started with stays in force. */
  needsRestart: string[]
}

/** The settings, some of which may change while the daemon runs. */
export interface LiveSettings {
  /** Those in force. To be asked at each use: a reload replaces them. */
  readonly current: Settings
  list(): SettingInForce[]
  /** Reads them again. @throws LlmdError `invalid_settings`, with the old ones in force */
  reload(): ReloadedSettings
}

type SettingName = { [Group in keyof Settings]: `${Group}.${keyof Settings[Group] & string}` }[keyof Settings]

/** What is asked for at each use. Everything else is read once, at the start. */
const live: ReadonlySet<string> = new Set<SettingName>([
  'server.allowedHosts',
  'server.maxBodyBytes',
  'server.drainSeconds',
  'auth.keyPrefix',
  'auth.missingTokenStatus',
  'models.memoryBytes',
  'models.ttlSeconds',
  'models.keptBytes',
  'downloads.connections',
  'usage.keepDays',
  'usage.keepDays',
  'downloads.connections',
  'metrics.public',
  'log.level',
])

/** @throws LlmdError `invalid_settings` */
export function openSettings(options: SettingsOptions): LiveSettings {
  let { settings: current, sources } = read(options)

  return {
    get current() {
      return current
    },
    list: () =>
      knownSettings.map((setting) => {
        const name = nameOf(setting)
        return {
          name,
          value: valueOf(current, setting),
          source: sources.get(name) ?? 'default',
          live: live.has(name),
        }
      }),
    reload() {
      const wanted = read(options)
      const changed = knownSettings.filter(
        (setting) => !isDeepStrictEqual(valueOf(wanted.settings, setting), valueOf(current, setting)),
      )
      const applied = changed.filter((setting) => live.has(nameOf(setting)))
      const values: Record<string, Record<string, unknown>> = {}
      for (const setting of applied) {
        const { group, key } = setting
        values[group] = { ...values[group], [key]: valueOf(wanted.settings, setting) }
      }
      current = mergeSettings(current, checkSettings(values, 'the settings'))
      sources = new Map([...sources, ...wanted.sources.entries().filter(([name]) => live.has(name))])
      const needsRestart = changed.filter((setting) => !applied.includes(setting))
      return { applied: applied.map(nameOf), needsRestart: needsRestart.map(nameOf) }
    },
  }
}

/** Each setting, and which source had the last word on it. */
function read(options: SettingsOptions): { settings: Settings; sources: Map<string, SettingSource> } {
  const layers = readSettingLayers(options)
  const sources = new Map(
    knownSettings.map((setting) => {
      const last = layers.findLast(({ values }) => valueOf(values, setting) !== undefined)
      return [nameOf(setting), last?.source ?? 'default'] as const
    }),
  )
  const settings = layers.map(({ values }) => values).reduce(mergeSettings, defaultSettings)
  return { settings, sources }
}
