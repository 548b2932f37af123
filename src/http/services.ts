import type { Status } from '../api/status.ts'
import type { TokenStore } from '../access/token-store.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Log } from '../log.ts'
import type { Router } from '../routing/router.ts'

/** What the HTTP surface needs from the rest of the house. */
export interface HttpServices {
  router: Router
  tokens: TokenStore
  catalog: Catalog
  log: Log
  status(): Status
  /** Asks the daemon to drain and end; returns at once. */
  stop(): void
}
