import { dirname } from 'node:path'
import type { Setting } from '../api/settings.ts'
import type { Connection } from '../client/connect.ts'
import { openSettings } from '../config/live-settings.ts'
import type { Paths } from '../config/paths.ts'
import { LlmdError } from '../errors.ts'

/** Where the settings are kept. */
export interface SettingsPlace {
  path: string
  /** Folder of a file on this machine; null for a daemon elsewhere. */
  folder: string | null
  /** Those that a running daemon has in force; null where none runs. */
  inForce: Setting[] | null
}

/**
 * The place of the daemon's settings, or where none runs of those that one would start with.
 * @throws LlmdError `daemon_unreachable` for a daemon that was named
 */
export async function locateSettings(options: {
  connect: () => Promise<Connection>
  /** Whether an address was given. */
  isNamed: boolean
  paths: Paths
}): Promise<SettingsPlace> {
  try {
    await using connection = await options.connect()
    const { data, path } = await connection.client.listSettings()
    return { path, folder: connection.mode === 'socket' ? dirname(path) : null, inForce: data }
  } catch (error) {
    const isAbsent = error instanceof LlmdError && error.code === 'daemon_unreachable'
    if (!isAbsent || options.isNamed) throw error
  }
  const { paths } = options
  return { path: paths.settings, folder: paths.config, inForce: null }
}

/** The settings in force, or those that a daemon would start with. @throws LlmdError `invalid_settings` */
export function settingsAt(place: SettingsPlace, env: NodeJS.ProcessEnv): Setting[] {
  return place.inForce ?? openSettings({ folder: localFolder(place), env }).list()
}

/** @throws LlmdError `invalid_request` for a file on another machine */
export function localFolder({ folder }: SettingsPlace): string {
  if (folder !== null) return folder
  throw new LlmdError('invalid_request', 'The settings of that daemon are in a file on its machine.', {
    hint: 'Run this there, without --host or with its socket.',
  })
}
