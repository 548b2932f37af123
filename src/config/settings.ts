import type { LogLevel } from '../log.ts'
import { environmentSettings } from './environment-settings.ts'
import { readSettingsFile } from './settings-file.ts'
import { checkSettings } from './settings-schema.ts'

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
    /** Whether answers tell which target gave them, and at which attempt. */
    routeHeaders: boolean
    /** Processes that take requests over TCP and forward them, the daemon among them. */
    fronts: number
  }
  auth: {
    /** What keys of new tokens begin with; those that there are stay as they are. */
    keyPrefix: string
    /** Status of an answer to who shows no key, where one is needed. */
    missingTokenStatus: number
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
    /** Where downloaded models go: an absolute path, or `auto` for `models` in the data folder. */
    folder: string
  }
  downloads: {
    /** Ranges of one file that are fetched at the same time. */
    connections: number
  }
  secrets: {
    /**
     * Where the master key goes when it is made: `auto` takes a systemd credential, else the keychain of a desktop
     * session, else a file in the data folder.
     */
    home: 'auto' | 'keychain' | 'file'
  }
  usage: {
    /** How many days each request is kept with what it used; of those before, the sum of each day. */
    keepDays: number
  }
  metrics: {
    /** Whether `/metrics` is answered without a token. */
    public: boolean
  }
  telemetry: {
    /**
     * Address of the collector that traces are sent to by OTLP over HTTP, without `/v1/traces`. `auto` is what the
     * variables of OpenTelemetry say, and none where they say nothing.
     */
    otlpEndpoint: string
  }
  log: {
    level: LogLevel
    /**
     * Where lines go. `auto` takes the journal where systemd has connected stderr to it, the file for a daemon in the
     * background, else stderr.
     */
    target: 'auto' | 'file' | 'stderr' | 'journald'
    /** Size from which on a new file is begun. */
    maxBytes: number
    /** How many former files are kept. */
    keepFiles: number
    /** How long they are kept at most. */
    keepDays: number
    /** How many lines are held in memory, for those who follow the log. */
    recentLines: number
  }
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
    routeHeaders: true,
    fronts: 1,
  },
  auth: { keyPrefix: 'sk-llmd-v1-', missingTokenStatus: 401 },
  models: { memoryBytes: 0, ttlSeconds: 600, warmSpare: true, keptBytes: 1024 ** 3, folder: 'auto' },
  downloads: { connections: 4 },
  secrets: { home: 'auto' },
  usage: { keepDays: 90 },
  metrics: { public: false },
  telemetry: { otlpEndpoint: 'auto' },
  log: {
    level: 'info',
    target: 'auto',
    maxBytes: 20 * 1024 * 1024,
    keepFiles: 5,
    keepDays: 14,
    recentLines: 10_000,
  },
}

export interface SettingsOptions {
  /** Holds config.json; made if it is missing. The file itself is only read. */
  folder: string
  env: NodeJS.ProcessEnv
  /** What flags of the command say. */
  overrides?: PartialSettings
}

/** Where a setting can come from. */
export type SettingSource = 'flag' | 'environment' | 'file' | 'default'

/**
 * What the sources say, the weakest first: a flag wins over the environment, that over config.json, and that over the
 * default.
 * @throws LlmdError `invalid_settings`
 */
export function readSettingLayers({
  folder,
  env,
  overrides = {},
}: SettingsOptions): { source: SettingSource; values: PartialSettings }[] {
  return [
    { source: 'file', values: readSettingsFile(folder) },
    { source: 'environment', values: environmentSettings(env) },
    { source: 'flag', values: checkSettings(overrides, 'the flags') },
  ]
}

/** The settings with what one source says in their place. */
export function mergeSettings(
  settings: Settings,
  { server, auth, models, downloads, secrets, usage, metrics, telemetry, log }: PartialSettings,
): Settings {
  return {
    server: override(settings.server, server),
    auth: override(settings.auth, auth),
    models: override(settings.models, models),
    downloads: override(settings.downloads, downloads),
    secrets: override(settings.secrets, secrets),
    usage: override(settings.usage, usage),
    metrics: override(settings.metrics, metrics),
    telemetry: override(settings.telemetry, telemetry),
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
