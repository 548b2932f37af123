import type { Reloaded } from '../api/settings.ts'
import type { LiveSettings } from '../config/live-settings.ts'
import { toLlmdError } from '../errors.ts'
import type { Log } from '../log.ts'

/** Has the settings read again, and the log tell of it. */
export interface SettingsReloader {
  /** @throws LlmdError `invalid_settings`, with the old ones in force */
  reload: () => Reloaded
  /** The same, for who waits for no answer: what is wrong is logged. */
  tryReload: () => void
}

export function settingsReloader(options: {
  settings: LiveSettings
  onReloaded: () => void
  log: Log
}): SettingsReloader {
  const { settings, onReloaded, log } = options
  const reload = (): Reloaded => {
    const { applied, needsRestart } = settings.reload()
    log.info('settings were read again', {
      applied: applied.join(' '),
      needs_restart: needsRestart.join(' '),
    })
    onReloaded()
    return { applied, needs_restart: needsRestart }
  }
  return {
    reload,
    tryReload() {
      try {
        reload()
      } catch (error) {
        const { code, message, hint } = toLlmdError(error)
        log.error('settings were not read again', { code, reason: message, hint })
      }
    },
  }
}
