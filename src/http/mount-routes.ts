import type { Hono } from 'hono'
import type { HttpEnv } from './http-env.ts'
import { mountAdminDoctor } from './routes/admin-doctor.ts'
import { mountAdminDownloads } from './routes/admin-downloads.ts'
import { mountAdminDeployments } from './routes/admin-deployments.ts'
import { mountAdminBackup } from './routes/admin-backup.ts'
import { mountAdminCapture } from './routes/admin-capture.ts'
import { mountAdminEvents } from './routes/admin-events.ts'
import { mountAdminIssuers } from './routes/admin-issuers.ts'
import { mountAdminLogs } from './routes/admin-logs.ts'
import { mountAdminMcp } from './routes/admin-mcp.ts'
import { mountAdminModels } from './routes/admin-models.ts'
import { mountAdminPrices } from './routes/admin-prices.ts'
import { mountAdminProviders } from './routes/admin-providers.ts'
import { mountAdminRequests } from './routes/admin-requests.ts'
import { mountAdminSettings } from './routes/admin-settings.ts'
import { mountAdminStatus } from './routes/admin-status.ts'
import { mountAdminTokens } from './routes/admin-tokens.ts'
import { mountAdminUsage } from './routes/admin-usage.ts'
import { mountAdminVault } from './routes/admin-vault.ts'
import { mountApiKeys } from './routes/api-keys.ts'
import { mountHealth } from './routes/health.ts'
import { mountMcp } from './routes/mcp.ts'
import { mountMetrics } from './routes/metrics.ts'
import { mountOpenAiChat } from './routes/openai-chat.ts'
import { mountOpenAiCompletions } from './routes/openai-completions.ts'
import { mountOpenAiEmbeddings } from './routes/openai-embeddings.ts'
import { mountOpenAiResponses } from './routes/openai-responses.ts'
import { mountOpenAiModels } from './routes/openai-models.ts'
import { mountOpenApi } from './routes/openapi.ts'
import { mountPromptTools } from './routes/prompt-tools.ts'
import { mountRerank } from './routes/rerank.ts'
import { mountSwaggerUi } from './routes/swagger-ui.ts'
import type { HttpServices } from './services.ts'
import type { RequestTracker } from './track-requests.ts'

/** All that is served. What each takes and answers is told in `openapi`. */
export function mountRoutes(
  app: Hono<HttpEnv>,
  services: HttpServices & { requests: RequestTracker; body: { readonly maxBytes: number } },
): void {
  const { requests, body } = services
  mountHealth(app, { requests })
  mountMetrics(app, services)
  mountOpenApi(app)
  mountSwaggerUi(app, services)
  mountOpenAiModels(app, services)
  mountOpenAiChat(app, services)
  mountOpenAiCompletions(app, services)
  mountOpenAiEmbeddings(app, services)
  mountOpenAiResponses(app, services)
  mountRerank(app, services)
  mountPromptTools(app, services)
  mountMcp(app, services)
  mountApiKeys(app, { tokens: services.tokens, body })
  mountAdminStatus(app, services)
  mountAdminSettings(app, services)
  mountAdminDoctor(app, services)
  mountAdminBackup(app, services)
  mountAdminEvents(app, services)
  mountAdminLogs(app, services)
  mountAdminCapture(app, services)
  mountAdminDeployments(app, { deployments: services.deployments, body })
  mountAdminDownloads(app, { downloads: services.downloads, body })
  mountAdminIssuers(app, { issuers: services.issuers, tokens: services.tokens, body })
  mountAdminMcp(app, { mcp: services.mcp, body })
  mountAdminModels(app, { catalog: services.catalog, body })
  mountAdminPrices(app, { prices: services.prices, body })
  mountAdminProviders(app, { providers: services.providers, body })
  mountAdminRequests(app, services)
  mountAdminTokens(app, { tokens: services.tokens, deployments: services.deployments, body })
  mountAdminUsage(app, services)
  mountAdminVault(app, { vault: services.vault, body })
}
