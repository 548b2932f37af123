import { array, assert, asyncProperty, constant, integer, oneof, record } from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { Deployment } from '../../src/api/deployments.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { fakeModels, openDeployments, operator, patience } from './open-deployments.ts'

const seconds = integer({ min: 1, max: 100 })
const which = integer({ min: 0, max: 3 })

const step = oneof(
  record({ do: constant('add' as const), seconds: oneof(seconds, constant(null)) }),
  record({ do: constant('stop' as const), which }),
  record({ do: constant('extend' as const), which, seconds }),
  record({ do: constant('pass' as const), seconds }),
  record({ do: constant('restart' as const) }),
)

const isLive = ({ state }: Deployment) => state === 'starting' || state === 'ready'

test('a key opens exactly as long as its deployment lives, and what has ended never changes', async () => {
  await assert(
    asyncProperty(array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
      const home = temporaryFolder()
      const clock = { now: 0 }
      const open = () => openDeployments(home, { clock, models: fakeModels(), clockCheckMs: 1 })
      let opened = await open()
      const keys = new Map<string, string>()
      const over = new Map<string, Deployment>()
      const nth = (index: number) => [...keys.keys()][index] ?? ''
      for (const each of steps) {
        if (each.do === 'add') {
          const { id } = await opened.deployments.add({ model: 'a', seconds: each.seconds }, operator)
          const token = { name: id, scopes: ['llm-all' as const], expires_at: null }
          keys.set(id, (await opened.deployments.createKey(id, token, operator)).key)
        } else if (each.do === 'stop') await opened.deployments.stop(nth(each.which)).catch(() => {})
        else if (each.do === 'extend') {
          await opened.deployments.extend(nth(each.which), { seconds: each.seconds }).catch(() => {})
        } else if (each.do === 'pass') clock.now += each.seconds * 1000
        else {
          await opened[Symbol.asyncDispose]()
          opened = await open()
        }
        const { deployments, tokens } = opened
        await vi.waitFor(() => {
          for (const deployment of deployments.list()) {
            const opens = tokens.verify(keys.get(deployment.id) ?? '') !== undefined
            expect(opens).toBe(isLive(deployment))
          }
        }, patience)
        for (const deployment of deployments.list()) {
          expect(deployment).toEqual(over.get(deployment.id) ?? deployment)
          if (!isLive(deployment)) over.set(deployment.id, deployment)
          const { ends_at: endsAt } = deployment
          if (isLive(deployment)) expect(Date.parse(endsAt ?? '9999-01-01')).toBeGreaterThan(clock.now)
        }
      }
      await opened[Symbol.asyncDispose]()
    }),
    { numRuns: 15 },
  )
})
