import { Hono } from 'hono'
import { LlmdError, toLlmdError } from '../errors.ts'
import type { Arrival } from './arrival.ts'
import { authenticate } from './authenticate.ts'
import { clientLeftStatus, followRequest } from './follow-request.ts'
import { guardHost } from './guard-host.ts'
import { guardOrigin } from './guard-origin.ts'
import type { HttpEnv } from './http-env.ts'
import { renderError, surfaceOf } from './render-error.ts'
import { requireScope } from './require-scope.ts'
import { mountAdminDownloads } from './routes/admin-downloads.ts'
import { mountAdminCapture } from './routes/admin-capture.ts'
import { mountAdminEvents } from './routes/admin-events.ts'
import { mountAdminLogs } from './routes/admin-logs.ts'
import { mountAdminModels } from './routes/admin-models.ts'
import { mountAdminProviders } from './routes/admin-providers.ts'
import { mountAdminRequests } from './routes/admin-requests.ts'
import { mountAdminSettings } from './routes/admin-settings.ts'
import { mountAdminStatus } from './routes/admin-status.ts'
import { mountAdminTokens } from './routes/admin-tokens.ts'
import { mountAdminUsage } from './routes/admin-usage.ts'
import { mountAdminVault } from './routes/admin-vault.ts'
import { mountHealth } from './routes/health.ts'
import { mountOpenAiChat } from './routes/openai-chat.ts'
import { mountOpenAiCompletions } from './routes/openai-completions.ts'
import { mountOpenAiEmbeddings } from './routes/openai-embeddings.ts'
import { mountOpenAiResponses } from './routes/openai-responses.ts'
import { mountOpenAiModels } from './routes/openai-models.ts'
import { mountPromptTools, promptToolPaths } from './routes/prompt-tools.ts'
import { mountRerank } from './routes/rerank.ts'
import type { HttpServices } from './services.ts'
import type { RequestTracker } from './track-requests.ts'

/** The settings among them are asked for at each request. */
export interface AppOptions {
  /** Largest request body, in bytes. */
  readonly maxBodyBytes: number
  /** Names that Host may hold over TCP, beside IP addresses, localhost, this machine's name and the bound host. */
  readonly allowedHosts: string[]
  requests: RequestTracker
}

/** The whole HTTP surface. */
export interface App {
  /** Answers; failures are answers too. */
  fetch(request: Request, arrival: Arrival): Promise<Response>
}

/** One app for TCP, the Unix socket and in-process callers; what may differ, `arrival` decides. */
export function createApp(services: HttpServices, options: AppOptions): App {
  const app = new Hono<HttpEnv>()
  const { requests } = options
  const body = {
    get maxBytes() {
      return options.maxBodyBytes
    },
  }

  app.onError((error, c) => {
    if (c.get('open').clientLeft) return new Response(null, { status: clientLeftStatus })
    return renderError(toLlmdError(error), { surface: surfaceOf(c.req.path) })
  })
  app.notFound((c) =>
    renderError(new LlmdError('not_found', 'There is nothing at this path.'), {
      surface: surfaceOf(c.req.path),
    }),
  )

  app.use(followRequest({ requests, ...services }))
  app.use(guardHost(options))
  app.use(guardOrigin())
  app.use(authenticate(services.tokens))
  for (const path of ['/v1/*', ...promptToolPaths]) app.use(path, requireScope('llm-all'))
  app.use('/llmd/*', requireScope('admin'))

  mountHealth(app, { requests })
  mountOpenAiModels(app, services)
  const inference = { ...services, requests, body }
  mountOpenAiChat(app, inference)
  mountOpenAiCompletions(app, inference)
  mountOpenAiEmbeddings(app, inference)
  mountOpenAiResponses(app, inference)
  mountRerank(app, inference)
  mountPromptTools(app, inference)
  mountAdminStatus(app, services)
  mountAdminSettings(app, services)
  mountAdminEvents(app, services)
  mountAdminLogs(app, services)
  mountAdminCapture(app, { ...services, body })
  mountAdminDownloads(app, { downloads: services.downloads, body })
  mountAdminModels(app, { catalog: services.catalog, body })
  mountAdminProviders(app, { providers: services.providers, body })
  mountAdminRequests(app, { ...services, requests })
  mountAdminTokens(app, { tokens: services.tokens, body })
  mountAdminUsage(app, services)
  mountAdminVault(app, { vault: services.vault, body })

  return { fetch: async (request, arrival) => app.fetch(request, arrival) }
}
