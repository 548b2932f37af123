import type { CreateDeployment, Deployment, ExtendDeployment } from '../../api/deployments.ts'
import type { CreatedToken } from '../../api/tokens.ts'
import type { Calls } from '../create-calls.ts'

/** Models that are kept ready. */
export interface DeploymentsClient {
  listDeployments(): Promise<Deployment[]>
  getDeployment(id: string): Promise<Deployment>
  /** It is starting when this resolves. */
  createDeployment(deployment: CreateDeployment): Promise<Deployment>
  extendDeployment(id: string, by: ExtendDeployment): Promise<Deployment>
  stopDeployment(id: string): Promise<Deployment>
  /** The key that it made itself. It can be taken once. */
  takeDeploymentKey(id: string): Promise<CreatedToken>
}

export function deploymentsClient({ call, list }: Calls): DeploymentsClient {
  return {
    listDeployments: () => list('/deployments'),
    getDeployment: (id) => call('GET', deploymentPath(id)),
    createDeployment: (body) => call('POST', '/deployments', { body }),
    extendDeployment: (id, body) => call('POST', `${deploymentPath(id)}/extend`, { body }),
    stopDeployment: (id) => call('DELETE', deploymentPath(id)),
    takeDeploymentKey: (id) => call('POST', `${deploymentPath(id)}/key`),
  }
}

function deploymentPath(id: string): string {
  return `/deployments/${encodeURIComponent(id)}`
}
