import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { createTokenStore } from '../../src/access/token-store.ts'
import { withoutToken } from '../../src/access/without-token.ts'
import type { Deployment } from '../../src/api/deployments.ts'
import type { NewEvent } from '../../src/api/events.ts'
import { createDeployments, type DeploymentsOptions } from '../../src/deployments/create-deployments.ts'
import type { DeployableModels, Deployments } from '../../src/deployments/deployments.ts'
import { createLog } from '../../src/log.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createDeploymentTable } from '../../src/storage/deployment-table.ts'
import { createTokenTable } from '../../src/storage/token-table.ts'

export const operator = withoutToken(['llm-all', 'admin'])

export const patience = { timeout: 10_000, interval: 2 }

/** Models of which a test says what becomes of making them ready; `held` has those that are to stay. */
export function fakeModels(names: string[] = ['a', 'b']) {
  const there = new Set(names)
  const held: string[] = []
  const models = {
    there,
    held,
    tries: 0,
    /** What each try waits for, and fails with. */
    load: async (_name: string, _signal: AbortSignal): Promise<void> => {},
    has: (name: string) => there.has(name),
    async ensure(name: string, signal: AbortSignal) {
      models.tries += 1
      await models.load(name, signal)
      held.push(name)
      return {
        local: new Set([name]),
        [Symbol.dispose]: () => void held.splice(held.indexOf(name), 1),
      }
    },
  } satisfies DeployableModels & Record<string, unknown>
  return models
}

type FakeModels = ReturnType<typeof fakeModels>

/** Started deployments over a real database below `home`, whose clock looks every 2 ms. */
export async function openDeployments(
  home: string,
  {
    models = fakeModels(),
    clock = { now: Date.parse('2026-01-31T12:00:00.000Z') },
    started = true,
    ...change
  }: Partial<Omit<DeploymentsOptions, 'models'>> & {
    models?: FakeModels
    clock?: { now: number }
    started?: boolean
  } = {},
) {
  const database = await openDatabase(join(home, 'state.db'))
  const now = () => clock.now
  const tokens = await createTokenStore({ table: createTokenTable(database), now })
  const table = createDeploymentTable(database)
  const events: NewEvent[] = []
  const logged: string[] = []
  const deployments = await createDeployments({
    table,
    tokens,
    models,
    publish: (event) => void events.push(event),
    log: createLog({ level: 'debug', write: (line) => void logged.push(line) }),
    now,
    clockCheckMs: 2,
    ...change,
  })
  if (started) deployments.start()
  return {
    deployments,
    tokens,
    table,
    models,
    clock,
    events,
    logged,
    async [Symbol.asyncDispose]() {
      await deployments[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** Waits until it is in this state. */
export function until(deployments: Deployments, id: string, state: Deployment['state']): Promise<Deployment> {
  return vi.waitFor(() => {
    const deployment = deployments.get(id)
    expect(deployment).toMatchObject({ state })
    return deployment
  }, patience)
}
