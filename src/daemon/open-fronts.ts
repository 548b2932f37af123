import type { LiveSettings } from '../config/live-settings.ts'
import type { Paths } from '../config/paths.ts'
import { createFronts, type Fronts } from '../front/create-fronts.ts'
import { makeSnapshot } from '../front/make-snapshot.ts'
import type { ReportTakers } from '../front/take-reports.ts'
import type { Log } from '../log.ts'
import type { Capture } from '../logs/create-capture.ts'
import type { PriceStore } from '../prices/price-store.ts'
import type { UpstreamDeadlines } from '../providers/connection.ts'
import { entryFile } from './installed-files.ts'
import type { Data } from './open-data.ts'
import type { Models } from './open-models.ts'

/** The processes beside the daemon; undefined where the settings want none. They start when the daemon listens. */
export function openFronts(options: {
  paths: Paths
  env: NodeJS.ProcessEnv
  settings: LiveSettings
  deadlines: UpstreamDeadlines
  data: Pick<Data, 'tokens' | 'issuers'>
  models: Pick<Models, 'catalog' | 'providers'>
  prices: PriceStore
  capture: Capture
  /** Whether traces are sent. */
  traces: boolean
  takers: ReportTakers
  log: Log
}): Fronts | undefined {
  const { paths, env, settings, deadlines, prices, capture, traces, takers, log } = options
  const { tokens, issuers } = options.data
  const { catalog, providers } = options.models
  const { fronts: count, routeHeaders } = settings.current.server
  if (count <= 1) return undefined
  return createFronts({
    ...takers,
    count: count - 1,
    workerPath: entryFile('front/worker'),
    env,
    handOverPath: paths.handOver,
    deadlines,
    snapshot() {
      const { allowedHosts, maxBodyBytes } = settings.current.server
      const logLevel = settings.current.log.level
      const { missingTokenStatus } = settings.current.auth
      const told = {
        allowedHosts,
        maxBodyBytes,
        missingTokenStatus,
        issuers: issuers.any,
        routeHeaders,
        logLevel,
        traces,
      }
      return makeSnapshot({ tokens, catalog, providers, capture, prices, settings: told })
    },
    log,
  })
}
