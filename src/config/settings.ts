import { join } from 'node:path'
import Conf from 'conf'
import { LlmdError } from '../errors.ts'
import type { LogLevel } from '../log.ts'
import { environmentSettings } from './environment-settings.ts'
import { checkSettings, settingsJsonSchema } from './settings-schema.ts'

export interface Settings {
  server: {
    /** Address to listen on; anything but loopback is reachable by others. */
    host: string
    /** 0 takes a free one. */
    port: number
    /** Names that requests over TCP may carry in their Host header, beside IP addresses, localhost and this machine's name. */
    allowedHosts: string[]
    /** Largest request body, in bytes. */
    maxBodyBytes: number
    /** How long open requests may go on after the daemon was told to stop. */
    drainSeconds: number
  }
  models: {
    /** Bytes that all loaded models together may take; 0 is four fifths of the memory. */
    memoryBytes: number
    /** How long an unused model stays loaded unless it says itself; 0 is for good. */
    ttlSeconds: number
    /** Whether a process waits, ready, for the next model to be loaded. */
    warmSpare: boolean
    /** What is kept on disk of conversations while their models are not loaded, in bytes; 0 keeps nothing. */
    keptBytes: number
  }
  log: { level: LogLevel }
}

/** What one source sets. */
export type PartialSettings = {
  [Group in keyof Settings]?:
    | { [Key in keyof Settings[Group]]?: Settings[Group][Key] | undefined }
    | undefined
}

export const defaultSettings: Settings = {
  server: {
    host: '127.0.0.1',
    port: 5563,
    allowedHosts: [],
    maxBodyBytes: 16 * 1024 * 1024,
    drainSeconds: 30,
  },
  models: { memoryBytes: 0, ttlSeconds: 600, warmSpare: true, keptBytes: 1024 ** 3 },
  log: { level: 'info' },
}

export interface LoadSettingsOptions {
  /** Holds config.json; made if it is missing. The file itself is only read. */
  folder: string
  env: NodeJS.ProcessEnv
  /** What flags of the command say. */
  overrides?: PartialSettings
}

/**
 * The settings in force: a flag wins over the environment, that over config.json, and that over the default.
 * @throws LlmdError `invalid_settings`
 */
export function loadSettings({ folder, env, overrides = {} }: LoadSettingsOptions): Settings {
  return [
    readSettingsFile(folder),
    environmentSettings(env),
    checkSettings(overrides, 'the flags'),
  ].reduce<Settings>(merge, defaultSettings)
}

function merge(settings: Settings, { server, models, log }: PartialSettings): Settings {
  return {
    server: override(settings.server, server),
    models: override(settings.models, models),
    log: override(settings.log, log),
  }
}

function override<Group extends object>(
  group: Group,
  values: { [Key in keyof Group]?: Group[Key] | undefined } = {},
): Group {
  const result = { ...group }
  for (const key in values) {
    const value = values[key]
    if (value !== undefined) result[key] = value
  }
  return result
}

function readSettingsFile(folder: string): PartialSettings {
  const file = join(folder, 'config.json')
  try {
    return new Conf<PartialSettings>({
      cwd: folder,
      schema: { ...settingsJsonSchema.properties },
      rootSchema: { additionalProperties: false },
      // Before the schema has its say: this check tells what was found and what is allowed.
      deserialize: (text) => checkSettings(JSON.parse(text), file),
    }).store
  } catch (error) {
    if (error instanceof LlmdError) throw error
    const problem = error instanceof SyntaxError ? `is not valid JSON: ${error.message}` : 'cannot be read'
    throw new LlmdError('invalid_settings', `${file} ${problem}`, {
      hint: 'Correct it, or remove it for the defaults.',
      cause: error,
    })
  }
}
