import { accessSync, constants, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { LlmdError } from '../errors.ts'

/** Where everything lives; all absolute. */
export interface Paths extends Folders {
  settings: string
  database: string
  /** What requests used. */
  usage: string
  /** The master key, where it is kept in a file. */
  masterKey: string
  lock: string
  /** Keeps room back for the moment when the disk is full. */
  ballast: string
  /** Holds the copies that backups are made from. */
  backups: string
  /** Who holds the lock. */
  owner: string
  socket: string
  /** Where the daemon takes what its fronts do not answer. */
  handOver: string
  /** What a serving daemon says about itself. */
  daemonFile: string
  /** The log, where it goes to files. */
  daemonLog: string
  /** What a daemon in the background says past its log. */
  daemonStderr: string
  /** Prompts and answers, where they are captured. */
  captured: string
  /** What was typed in conversations. */
  chatHistory: string
}

interface Folders {
  config: string
  data: string
  cache: string
  runtime: string
  logs: string
}

/** Where things live: below `LLMD_HOME`, else in the folders systemd gives, else in those of the XDG specification. */
export function resolvePaths(env: NodeJS.ProcessEnv = process.env): Paths {
  const folders = env['LLMD_HOME'] ? foldersBelow(resolve(env['LLMD_HOME'])) : systemFolders(env)
  return {
    ...folders,
    settings: join(folders.config, 'config.json'),
    database: join(folders.data, 'state.db'),
    usage: join(folders.data, 'usage.db'),
    masterKey: join(folders.data, 'master.key'),
    lock: join(folders.data, 'lock.db'),
    ballast: join(folders.data, 'ballast'),
    backups: join(folders.cache, 'backups'),
    owner: join(folders.data, 'owner.json'),
    socket: join(folders.runtime, 'llmd.sock'),
    handOver: join(folders.runtime, 'fronts.sock'),
    daemonFile: join(folders.runtime, 'daemon.json'),
    daemonLog: join(folders.logs, 'llmd.log'),
    daemonStderr: join(folders.logs, 'stderr.log'),
    captured: join(folders.logs, 'captured.jsonl'),
    chatHistory: join(folders.data, 'chat-history'),
  }
}

/**
 * Creates the folders that are missing, for their owner alone.
 * @throws LlmdError `invalid_settings` for one that cannot be made or, the settings' aside, not be written to
 */
export function ensureFolders({ config, data, cache, runtime, logs }: Paths): void {
  for (const folder of [config, data, cache, runtime, logs]) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      if (folder !== config) accessSync(folder, constants.W_OK)
    } catch (error) {
      throw new LlmdError('invalid_settings', `llmd cannot use the folder ${folder}.`, {
        hint: 'Make it yours, or set LLMD_HOME to a folder you may write to.',
        cause: error,
      })
    }
  }
}

/**
 * Refuses a socket path that the kernel would cut short or refuse without naming it.
 * @throws LlmdError `invalid_settings`
 */
export function checkSocketPath(path: string, platform: NodeJS.Platform = process.platform): void {
  // sizeof(sun_path) less the closing NUL.
  const limit = platform === 'darwin' ? 103 : 107
  const length = Buffer.byteLength(path)
  if (length <= limit) return
  throw new LlmdError(
    'invalid_settings',
    `The socket path ${path} has ${length} bytes; the system allows ${limit}.`,
    { hint: 'Give a shorter one with --socket, or a shorter folder with LLMD_HOME.' },
  )
}

function foldersBelow(home: string): Folders {
  return {
    config: join(home, 'config'),
    data: join(home, 'data'),
    cache: join(home, 'cache'),
    runtime: join(home, 'run'),
    logs: join(home, 'logs'),
  }
}

function systemFolders(env: NodeJS.ProcessEnv): Folders {
  const home = env['HOME'] || homedir()
  // The specification has relative paths ignored.
  const xdg = (name: string) => {
    const base = env[name]
    return base && isAbsolute(base) ? join(base, 'llmd') : undefined
  }
  // systemd gives several folders, colon-separated, where a unit asks for several.
  const systemd = (name: string) => env[name]?.split(':')[0] || undefined
  const state = xdg('XDG_STATE_HOME') ?? join(home, '.local', 'state', 'llmd')
  return {
    config: systemd('CONFIGURATION_DIRECTORY') ?? xdg('XDG_CONFIG_HOME') ?? join(home, '.config', 'llmd'),
    data: systemd('STATE_DIRECTORY') ?? xdg('XDG_DATA_HOME') ?? join(home, '.local', 'share', 'llmd'),
    cache: systemd('CACHE_DIRECTORY') ?? xdg('XDG_CACHE_HOME') ?? join(home, '.cache', 'llmd'),
    runtime: systemd('RUNTIME_DIRECTORY') ?? xdg('XDG_RUNTIME_DIR') ?? join(state, 'run'),
    logs: systemd('LOGS_DIRECTORY') ?? state,
  }
}
