import type { RequestStory } from '../api/requests.ts'
import type { Reloaded, SettingList } from '../api/settings.ts'
import type { Status } from '../api/status.ts'
import type { TokenStore } from '../access/token-store.ts'
import type { Backups } from '../backup/create-backups.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Deployments } from '../deployments/deployments.ts'
import type { Doctor } from '../doctor/create-doctor.ts'
import type { Downloads } from '../downloads/downloads.ts'
import type { EventBus } from '../events/create-event-bus.ts'
import type { IssuerStore } from '../issuers/issuer-store.ts'
import type { Log } from '../log.ts'
import type { Capture } from '../logs/create-capture.ts'
import type { Logs } from '../logs/open-logs.ts'
import type { PriceStore } from '../prices/price-store.ts'
import type { McpServers } from '../mcp/mcp-servers.ts'
import type { ProviderStore } from '../providers/provider-store.ts'
import type { VaultManagement } from '../secrets/vault.ts'
import type { Ledger } from '../usage/ledger.ts'
import type { Followers } from './follow-request.ts'
import type { InferenceServices } from './inference-services.ts'

/** What the HTTP surface needs from the rest of the house. */
export interface HttpServices extends Omit<InferenceServices, 'requests' | 'body' | 'elsewhere'> {
  events: EventBus
  tokens: TokenStore
  issuers: IssuerStore
  catalog: Catalog
  deployments: Omit<Deployments, 'recover' | 'review' | 'start' | typeof Symbol.asyncDispose>
  downloads: Omit<Downloads, 'start' | typeof Symbol.asyncDispose>
  vault: VaultManagement
  backups: Backups
  doctor: Doctor
  prices: PriceStore
  providers: ProviderStore
  mcp: McpServers
  ledger: Pick<Ledger, 'record' | 'find' | 'sum'>
  log: Log
  logs: Pick<Logs, 'read'>
  capture: Capture
  metrics: {
    /** As Prometheus reads them. */
    read(): Promise<string>
    /** Whether no token is needed to. Asked for at each request. */
    readonly isPublic: boolean
  }
  /** Absent where no traces are sent. */
  beginTrace?: Followers['beginTrace']
  /** Told of each request when it is over. */
  watchRequest: (story: RequestStory) => void
  status(): Status
  settings: {
    list(): SettingList
    /** @throws LlmdError `invalid_settings`, with the old ones in force */
    reload(): Reloaded
  }
  /** Resolves when all that was changed holds everywhere. */
  settle(): Promise<void>
  /** Asks the daemon to drain and end; returns at once. */
  stop(): void
  /** Where the files of Swagger UI are. */
  swaggerUiFolder: string
}
