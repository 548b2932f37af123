import type { Deployment } from '../../src/api/deployments.ts'
import { LlmdError } from '../../src/errors.ts'
import type { HttpServices } from '../../src/http/services.ts'
import { withoutLimits } from '../access/without-limits.ts'

const key = {
  id: '0b5f6a52-6a2f-4a52-9d9e-3a53f5a3c5d1',
  masked: 'sk-llmd-v1-********-000000',
  scopes: ['llm-all' as const],
  created_at: '2026-01-01T00:00:00.000Z',
  expires_at: null,
  revoked_at: null,
  ...withoutLimits,
  key: 'sk-llmd-v1-secret',
}

/** Deployments that are ready at once, and each have one key. */
export function fakeDeployments(): HttpServices['deployments'] {
  const deployments = new Map<string, Deployment>()
  const untaken = new Set<string>()
  const get = (id: string) => {
    const deployment = deployments.get(id)
    if (deployment) return deployment
    throw new LlmdError('deployment_not_found', `There is no deployment ${id}.`, { hint: 'Look.' })
  }
  const change = async (id: string, difference: Partial<Deployment>) => {
    const deployment = { ...get(id), ...difference }
    deployments.set(id, deployment)
    return deployment
  }
  return {
    list: () => [...deployments.values()],
    get,
    async add({ model, seconds = null }) {
      const deployment: Deployment = {
        id: `dep_${model}`,
        model,
        state: 'ready',
        created_at: '2026-01-01T00:00:00.000Z',
        ready_at: '2026-01-01T00:00:00.000Z',
        ends_at: seconds === null ? null : '2026-01-02T00:00:00.000Z',
        ended_at: null,
        reason: null,
      }
      deployments.set(deployment.id, deployment)
      untaken.add(deployment.id)
      return deployment
    },
    extend: (id) => change(id, { ends_at: '2026-01-03T00:00:00.000Z' }),
    stop: (id) => change(id, { state: 'stopped', ended_at: '2026-01-01T12:00:00.000Z' }),
    createKey: async (id, { name }) => ({ ...key, name, deployment: get(id).id }),
    takeKey(id) {
      if (untaken.delete(get(id).id)) return { ...key, name: `${id}-default`, deployment: id }
      throw new LlmdError('deployment_key_not_found', 'It was taken.', { hint: 'Make another.' })
    },
    modelOf: (id) => get(id).model,
    require(id, model) {
      if (get(id).model !== model) throw new LlmdError('model_not_found', 'That is another model.')
    },
  }
}
