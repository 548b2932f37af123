import { createCalls } from './create-calls.ts'
import { daemonClient, type DaemonClient } from './topics/daemon-client.ts'
import { deploymentsClient, type DeploymentsClient } from './topics/deployments-client.ts'
import { downloadsClient, type DownloadsClient } from './topics/downloads-client.ts'
import { eventsClient, type EventsClient } from './topics/events-client.ts'
import { inferenceClient, type InferenceClient } from './topics/inference-client.ts'
import { issuersClient, type IssuersClient } from './topics/issuers-client.ts'
import { logsClient, type LogsClient } from './topics/logs-client.ts'
import { mcpServersClient, type McpServersClient } from './topics/mcp-servers-client.ts'
import { modelsClient, type ModelsClient } from './topics/models-client.ts'
import { pricesClient, type PricesClient } from './topics/prices-client.ts'
import { providersClient, type ProvidersClient } from './topics/providers-client.ts'
import { requestsClient, type RequestsClient } from './topics/requests-client.ts'
import { tokensClient, type TokensClient } from './topics/tokens-client.ts'
import { vaultClient, type VaultClient } from './topics/vault-client.ts'
import type { Transport } from './transport.ts'

/**
 * The admin API and the endpoints of models, typed. Every method throws the LlmdError the daemon answered with, or
 * `daemon_unreachable`.
 */
export interface Client
  extends
    DaemonClient,
    ModelsClient,
    DownloadsClient,
    DeploymentsClient,
    RequestsClient,
    EventsClient,
    LogsClient,
    PricesClient,
    TokensClient,
    IssuersClient,
    ProvidersClient,
    McpServersClient,
    VaultClient,
    InferenceClient {}

export function createClient(transport: Transport): Client {
  const calls = createCalls(transport)
  return {
    ...daemonClient(calls),
    ...modelsClient(calls),
    ...downloadsClient(calls),
    ...deploymentsClient(calls),
    ...requestsClient(calls),
    ...eventsClient(calls),
    ...logsClient(calls),
    ...pricesClient(calls),
    ...tokensClient(calls),
    ...issuersClient(calls),
    ...providersClient(calls),
    ...mcpServersClient(calls),
    ...vaultClient(calls),
    ...inferenceClient(calls),
  }
}
