import type { Download } from '../../api/downloads.ts'
import type { Model } from '../../api/models.ts'
import type { Provider } from '../../api/providers.ts'
import type { OpenRequest } from '../../api/requests.ts'
import type { Status } from '../../api/status.ts'
import type { Token } from '../../api/tokens.ts'
import type { Usage, UsageDimension } from '../../api/usage.ts'
import type { Client } from '../../client/create-client.ts'

/** All that is asked of the daemon again and again. */
export interface Data {
  status: Status
  models: Model[]
  requests: OpenRequest[]
  downloads: Download[]
  tokens: Token[]
  providers: Provider[]
  'usage by day': Usage
  'usage by model': Usage
  'usage by token': Usage
  'usage by provider': Usage
}

export type FeedName = keyof Data

export interface FeedSource {
  /** Milliseconds after which it is asked for again, while somebody looks. */
  every: number
  /** Beginnings of the events after which it has changed. */
  events: readonly string[]
  ask(client: Client): Promise<Partial<Data>>
}

export const feedSources: Record<FeedName, FeedSource> = {
  status: {
    every: 1000,
    events: [],
    ask: async (client) => ({ status: await client.status() }),
  },
  models: {
    every: 3000,
    events: ['model.', 'download.finished'],
    ask: async (client) => ({ models: await client.listModels() }),
  },
  requests: {
    every: 1000,
    events: [],
    ask: async (client) => ({ requests: await client.listRequests() }),
  },
  downloads: {
    every: 1000,
    events: ['download.'],
    ask: async (client) => ({ downloads: await client.listDownloads() }),
  },
  tokens: {
    every: 3000,
    events: [],
    ask: async (client) => ({ tokens: await client.listTokens() }),
  },
  providers: {
    every: 3000,
    events: [],
    ask: async (client) => ({ providers: await client.listProviders() }),
  },
  'usage by day': usageBy('day'),
  'usage by model': usageBy('model'),
  'usage by token': usageBy('token'),
  'usage by provider': usageBy('provider'),
}

/** How many days usage is summed over, today among them. */
export const usageDays = 30

/** Seldom: over many requests the sums are work. */
function usageBy(by: UsageDimension): FeedSource {
  return {
    every: 10_000,
    events: [],
    async ask(client) {
      const day = 86_400_000
      const since = new Date((Math.floor(Date.now() / day) - usageDays + 1) * day).toISOString()
      return { [`usage by ${by}`]: await client.usage({ by, since }) }
    },
  }
}
