import { fstatSync } from 'node:fs'
import { hideTokenKeys } from '../access/token-key.ts'
import type { LiveSettings } from '../config/live-settings.ts'
import type { Paths } from '../config/paths.ts'
import { createLog, type Log } from '../log.ts'
import { chooseTarget } from '../logs/choose-target.ts'
import { createCapture, type Capture } from '../logs/create-capture.ts'
import { lastWords } from '../logs/last-words.ts'
import { openLogs, type Logs } from '../logs/open-logs.ts'
import { watchStalls } from '../logs/watch-stalls.ts'

/** What is written down of what happens, and where. */
export interface OpenedLog {
  log: Log
  logs: Logs
  capture: Capture
}

/** Closed with `resources`. */
export function openLog(
  resources: AsyncDisposableStack,
  options: {
    paths: Paths
    env: NodeJS.ProcessEnv
    settings: LiveSettings
    /** Commands come and go beside the daemon whose file it is: theirs goes to stderr. */
    isDaemon: boolean
    background: boolean
    writeStderr: (text: string) => void
  },
): OpenedLog {
  const { paths, env, settings, isDaemon, background, writeStderr } = options
  const { target, recentLines, ...retention } = settings.current.log
  const logs = resources.use(
    openLogs({
      target: isDaemon ? chooseTarget({ setting: target, background, env, stderr: fstatSync(2) }) : 'stderr',
      writeStderr,
      file: { ...retention, path: paths.daemonLog },
      recentLines,
    }),
  )
  const log = createLog({
    get level() {
      return settings.current.log.level
    },
    write: logs.write,
  })
  if (isDaemon) {
    resources.use(watchStalls({ log }))
    resources.use(lastWords({ log, flush: logs.flush }))
    resources.defer(() => log.info('llmd has ended'))
  }
  const capture = resources.use(
    createCapture({ file: { ...retention, path: paths.captured }, hideKeys: hideTokenKeys, log }),
  )
  return { log, logs, capture }
}
