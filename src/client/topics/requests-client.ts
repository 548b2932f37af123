import type { OpenRequest, RequestStory } from '../../api/requests.ts'
import type { Usage, UsageQuery } from '../../api/usage.ts'
import type { Calls } from '../create-calls.ts'

/** Requests to models, and what they used. */
export interface RequestsClient {
  /** Requests to models that are being answered, oldest first. */
  listRequests(): Promise<OpenRequest[]>
  cancelRequest(id: string): Promise<OpenRequest>
  /** All that is known of one, open or over. */
  getRequest(id: string): Promise<RequestStory>
  /** What requests used. */
  usage(query?: UsageQuery): Promise<Usage>
}

export function requestsClient({ call, list }: Calls): RequestsClient {
  return {
    listRequests: () => list('/requests'),
    cancelRequest: (id) => call('DELETE', requestPath(id)),
    getRequest: (id) => call('GET', requestPath(id)),
    usage: (query = {}) => call('GET', `/usage?${new URLSearchParams(query).toString()}`),
  }
}

function requestPath(id: string): string {
  return `/requests/${encodeURIComponent(id)}`
}
