import { expect, it } from 'vitest'
import type { Deployment } from '../../src/api/deployments.ts'
import type { DaemonEvent, NewEvent } from '../../src/api/events.ts'
import { followDeployment } from '../../src/cli/follow-deployment.ts'
import { formatDeployment, formatDeploymentEnd } from '../../src/cli/format-deployment.ts'

const deployment: Deployment = {
  id: 'dep_5d41402abc',
  model: 'ti\u001b[2Jny',
  state: 'starting',
  created_at: '2026-01-31T12:00:00.000Z',
  ready_at: null,
  ends_at: null,
  ended_at: null,
  reason: null,
}

const stamp = { id: 1, time: '2026-01-31T12:00:00.000Z' }
const opened: DaemonEvent = { type: 'opened', ...stamp }
const changed: NewEvent = {
  type: 'deployment.changed',
  deployment_id: deployment.id,
  model: 'tiny',
  state: 'starting',
}

/** Follows it where these events come, and it is then as it is said. */
function follow(...steps: [event: DaemonEvent | NewEvent, now: Partial<Deployment>][]) {
  let now = deployment
  const client = {
    async *events() {
      for (const [event, change] of steps) {
        now = { ...deployment, ...change }
        yield { ...stamp, ...event }
      }
    },
    getDeployment: async () => now,
  }
  return followDeployment(client, deployment.id, new AbortController().signal)
}

const reason = { code: 'model_too_large', message: 'It does not fit.', hint: 'Take a smaller one.' }

it('waits until it is ready', async () => {
  const other = { ...changed, deployment_id: 'dep_0' }
  const ready = follow(
    [opened, {}],
    [other, { state: 'stopped' }],
    [changed, {}],
    [changed, { state: 'ready' }],
  )
  await expect(ready).resolves.toMatchObject({ state: 'ready' })
  await expect(follow([opened, { state: 'ready' }])).resolves.toMatchObject({ state: 'ready' })
})

it('tells why it will never be', async () => {
  const failed = follow([opened, {}], [changed, { state: 'failed', reason }])
  await expect(failed).rejects.toMatchObject(reason)
  const stopped = follow([opened, {}], [changed, { state: 'stopped' }])
  await expect(stopped).rejects.toMatchObject({
    code: 'deployment_ended',
    message: expect.stringContaining('stopped'),
  })
  await expect(follow([opened, {}])).rejects.toMatchObject({ code: 'daemon_unreachable' })
})

it('shows all there is to know, and nothing that moves the cursor', () => {
  expect(formatDeployment(deployment)).toMatch(
    /^Id +dep_5d41402abc\nModel +ti\[2Jny\nState +starting\nCreated .*\nEnds +never$/,
  )
  const ended = { ...deployment, state: 'failed' as const, ended_at: '2026-01-31T13:00:00.000Z', reason }
  expect(formatDeployment(ended)).toMatch(/^Ended .* ago\nReason +It does not fit\.\nHint +Take/m)
})

it.each([
  [{}, 'never'],
  [{ ends_at: '2026-01-31T16:00:00.000Z' }, 'in 4 hours'],
  [{ ends_at: '2026-01-31T16:00:00.000Z', ended_at: '2026-01-31T11:00:00.000Z' }, '1 hour ago'],
])('a deployment with %j ends %s', (change, end) => {
  const now = Date.parse('2026-01-31T12:00:00.000Z')
  expect(formatDeploymentEnd({ ...deployment, ...change }, now)).toBe(end)
})
