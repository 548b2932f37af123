import { inspect } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { withoutToken } from '../../src/access/without-token.ts'
import { deploymentSchema } from '../../src/api/deployments.ts'
import { LlmdError } from '../../src/errors.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { fakeModels, openDeployments, operator, patience, until } from './open-deployments.ts'

const hourMs = 3_600_000
const token = { name: 'mine', scopes: ['llm-all' as const], expires_at: null }

const withCode = (code: string) => expect.objectContaining({ code })

/** With one that is ready, and its first key. */
async function openReady(seconds: number | null = null) {
  const opened = await openDeployments(temporaryFolder())
  const { id } = await opened.deployments.add({ model: 'a', seconds }, operator)
  await until(opened.deployments, id, 'ready')
  const { key } = opened.deployments.takeKey(id, operator)
  return { ...opened, id, key }
}

describe('a deployment', () => {
  it('is starting, then ready, and keeps its model', async () => {
    const models = fakeModels()
    const loaded = Promise.withResolvers<void>()
    models.load = () => loaded.promise
    await using opened = await openDeployments(temporaryFolder(), { models })
    const { deployments, events } = opened
    const begun = await deployments.add({ model: 'a' }, operator)
    expect(deploymentSchema.parse(begun)).toEqual({
      id: expect.stringMatching(/^dep_[\da-f]{10}$/),
      model: 'a',
      state: 'starting',
      created_at: '2026-01-31T12:00:00.000Z',
      ready_at: null,
      ends_at: null,
      ended_at: null,
      reason: null,
    })
    expect(() => deployments.require(begun.id, 'a')).toThrow(withCode('deployment_not_ready'))
    expect(() => deployments.takeKey(begun.id, operator)).toThrow(withCode('deployment_not_ready'))
    loaded.resolve()
    const ready = await until(deployments, begun.id, 'ready')
    expect(ready).toEqual({ ...begun, state: 'ready', ready_at: '2026-01-31T12:00:00.000Z' })
    expect(models.held).toEqual(['a'])
    deployments.require(begun.id, 'a')
    expect(deployments.list()).toEqual([ready])
    const changed = { type: 'deployment.changed', deployment_id: begun.id, model: 'a' }
    expect(events).toEqual([
      { ...changed, state: 'starting' },
      { ...changed, state: 'ready' },
    ])
  })

  it('lets its keys reach its model alone, and they no other', async () => {
    await using opened = await openReady()
    const { deployments, tokens, id, key } = opened
    expect(tokens.verify(key)).toMatchObject({ deploymentId: id })
    expect(deployments.modelOf(id)).toBe('a')
    expect(() => deployments.require(id, 'b')).toThrow(/alone, whose model is "a"/)
    expect(() => deployments.require(id, 'b')).toThrow(withCode('model_not_found'))
    expect(() => deployments.require('dep_0', 'a')).toThrow(withCode('deployment_not_found'))
    expect(() => deployments.get('dep_0')).toThrow(withCode('deployment_not_found'))
  })

  it('is made of a model that there is, by who may ask models', async () => {
    await using opened = await openDeployments(temporaryFolder())
    const { deployments } = opened
    await expect(deployments.add({ model: 'c' }, operator)).rejects.toThrow(withCode('model_not_found'))
    const other = withoutToken(['admin'])
    await expect(deployments.add({ model: 'a' }, other)).rejects.toThrow(withCode('permission_denied'))
    expect(deployments.list()).toEqual([])
  })
})

describe('the first key', () => {
  it('is handed out once, to who may ask models, and hidden until then', async () => {
    await using opened = await openDeployments(temporaryFolder())
    const { deployments, tokens, logged } = opened
    const { id } = await deployments.add({ model: 'a' }, operator)
    await until(deployments, id, 'ready')
    expect(() => deployments.takeKey(id, withoutToken(['admin']))).toThrow(withCode('permission_denied'))
    const { key, ...rest } = deployments.takeKey(id, operator)
    expect(rest).toEqual(tokens.get(`${id}-default`))
    expect(rest).toMatchObject({ deployment: id, scopes: ['llm-all'], expires_at: null })
    expect(() => deployments.takeKey(id, operator)).toThrow(withCode('deployment_key_not_found'))
    expect(logged.join('') + inspect(deployments, { depth: null })).not.toContain(key)
  })

  it.each(['revoke', 'rotate'] as const)('is not handed out after a %s', async (change) => {
    await using opened = await openDeployments(temporaryFolder())
    const { deployments, tokens } = opened
    const { id } = await deployments.add({ model: 'a' }, operator)
    await until(deployments, id, 'ready')
    await tokens[change](`${id}-default`, operator)
    expect(() => deployments.takeKey(id, operator)).toThrow(withCode('deployment_key_not_found'))
  })

  it('is lost with the daemon, and not made twice', async () => {
    const home = temporaryFolder()
    let id = ''
    {
      await using opened = await openDeployments(home)
      id = (await opened.deployments.add({ model: 'a' }, operator)).id
      await until(opened.deployments, id, 'ready')
    }
    await using opened = await openDeployments(home)
    await until(opened.deployments, id, 'ready')
    expect(() => opened.deployments.takeKey(id, operator)).toThrow(withCode('deployment_key_not_found'))
    expect(opened.tokens.list()).toHaveLength(1)
  })
})

describe('more keys', () => {
  it('are made for one that is live, of one scope', async () => {
    await using opened = await openReady()
    const { deployments, tokens, id } = opened
    const { key } = await deployments.createKey(id, token, operator)
    expect(tokens.verify(key)).toMatchObject({ deploymentId: id, tokenName: 'mine' })
    const wider = { ...token, name: 'wider', scopes: ['llm-all' as const, 'admin' as const] }
    await expect(deployments.createKey(id, wider, operator)).rejects.toMatchObject({ param: 'scopes' })
    await expect(deployments.createKey('dep_0', token, operator)).rejects.toThrow(
      withCode('deployment_not_found'),
    )
    await deployments.stop(id)
    await expect(deployments.createKey(id, token, operator)).rejects.toThrow(withCode('deployment_ended'))
  })

  it('are revoked where the deployment ends while they are made', async () => {
    await using opened = await openReady()
    const { deployments, tokens, id } = opened
    const [made] = await Promise.allSettled([
      deployments.createKey(id, token, operator),
      deployments.stop(id),
    ])
    expect(made).toMatchObject({ status: 'rejected', reason: withCode('deployment_ended') })
    for (const { revoked_at: revokedAt } of tokens.list()) expect(revokedAt).not.toBeNull()
  })
})

describe('the end', () => {
  it('by being stopped revokes all keys, lets the model go, and is for good', async () => {
    await using opened = await openReady()
    const { deployments, tokens, models, events, id, key } = opened
    const second = await deployments.createKey(id, token, operator)
    const stopped = await deployments.stop(id)
    expect(stopped).toMatchObject({ state: 'stopped', ended_at: '2026-01-31T12:00:00.000Z', reason: null })
    expect([key, second.key].map((each) => tokens.verify(each))).toEqual([undefined, undefined])
    expect(models.held).toEqual([])
    expect(() => deployments.require(id, 'a')).toThrow(withCode('deployment_ended'))
    expect(() => deployments.modelOf(id)).toThrow(withCode('deployment_ended'))
    expect(() => deployments.takeKey(id, operator)).toThrow(withCode('deployment_ended'))
    await expect(deployments.extend(id, { seconds: 1 })).rejects.toThrow(withCode('deployment_ended'))
    expect(await deployments.stop(id)).toEqual(stopped)
    expect(events.at(-1)).toMatchObject({ state: 'stopped' })
    expect(events).toHaveLength(3)
  })

  it('comes at its time, with no one asking', async () => {
    await using opened = await openReady(3600)
    const { tokens, clock, events, key } = opened
    clock.now += hourMs - 1
    expect(tokens.verify(key)).toBeDefined()
    clock.now += 1
    await vi.waitFor(() => expect(tokens.verify(key)).toBeUndefined(), patience)
    expect(events.at(-1)).toMatchObject({ state: 'expired' })
  })

  it('is not missed by who asks before the clock was looked at', async () => {
    const clock = { now: 0 }
    await using opened = await openDeployments(temporaryFolder(), { clock, clockCheckMs: hourMs })
    const { deployments } = opened
    const { id } = await deployments.add({ model: 'a', seconds: 60 }, operator)
    await until(deployments, id, 'ready')
    clock.now = 60_000
    expect(() => deployments.require(id, 'a')).toThrow(withCode('deployment_ended'))
    expect(deployments.list()).toMatchObject([{ state: 'expired', ended_at: '1970-01-01T00:01:00.000Z' }])
  })

  it('is later when it is extended, and id and keys stay', async () => {
    await using opened = await openReady(3600)
    const { deployments, tokens, clock, id, key } = opened
    const extended = await deployments.extend(id, { seconds: 7200 })
    expect(extended).toMatchObject({ id, state: 'ready', ends_at: '2026-01-31T15:00:00.000Z' })
    clock.now += 3 * hourMs - 1
    expect(deployments.get(id)).toMatchObject({ state: 'ready' })
    expect(tokens.verify(key)).toBeDefined()
    clock.now += 1
    await vi.waitFor(() => expect(tokens.verify(key)).toBeUndefined(), patience)
    expect(deployments.get(id)).toMatchObject({ id, state: 'expired' })
  })

  it('is later by both when it is extended twice at the same time', async () => {
    await using opened = await openReady(3600)
    const { deployments, id } = opened
    await Promise.all([deployments.extend(id, { seconds: 3600 }), deployments.extend(id, { seconds: 3600 })])
    expect(deployments.get(id)).toMatchObject({ ends_at: '2026-01-31T15:00:00.000Z' })
  })

  it('is none to be later where there is none', async () => {
    await using opened = await openReady()
    const { deployments, id } = opened
    await expect(deployments.extend(id, { seconds: 1 })).rejects.toThrow(withCode('invalid_request'))
  })

  it('comes when the model is removed', async () => {
    await using opened = await openReady()
    const { deployments, tokens, models, id, key } = opened
    const other = await deployments.add({ model: 'b' }, operator)
    models.there.delete('a')
    await deployments.review()
    expect(deployments.get(id)).toMatchObject({ state: 'failed', reason: { code: 'model_not_found' } })
    expect(deployments.get(other.id).state).not.toBe('failed')
    expect(tokens.verify(key)).toBeUndefined()
  })
})

describe('a model that is not ready', () => {
  it('is tried again while that may help, with the reason told', async () => {
    const models = fakeModels()
    const waits: number[] = []
    models.load = async () => {
      if (models.tries < 3) throw new LlmdError('overloaded', 'No room.', { hint: 'Make some.' })
    }
    await using opened = await openDeployments(temporaryFolder(), {
      models,
      judge: (_code, tries) => (waits.push(tries), 5),
    })
    const { deployments, events } = opened
    const { id } = await deployments.add({ model: 'a' }, operator)
    await vi.waitFor(
      () =>
        expect(deployments.get(id)).toMatchObject({
          state: 'starting',
          reason: { code: 'overloaded', message: 'No room.', hint: 'Make some.' },
        }),
      patience,
    )
    expect(await until(deployments, id, 'ready')).toMatchObject({ reason: null })
    expect(waits).toEqual([1, 2])
    expect(events.map((event) => 'state' in event && event.state)).toEqual([
      'starting',
      'starting',
      'starting',
      'ready',
    ])
  })

  it('fails its deployment where that cannot help', async () => {
    const models = fakeModels()
    const tried = Promise.withResolvers<void>()
    models.load = () => tried.promise
    await using opened = await openDeployments(temporaryFolder(), { models })
    const { deployments } = opened
    const { id } = await deployments.add({ model: 'a' }, operator)
    const { key } = await deployments.createKey(id, token, operator)
    tried.reject(new LlmdError('model_quarantined', 'It crashed twice.'))
    expect(await until(deployments, id, 'failed')).toMatchObject({
      reason: { code: 'model_quarantined', message: 'It crashed twice.', hint: null },
    })
    await vi.waitFor(() => expect(opened.tokens.verify(key)).toBeUndefined(), patience)
    expect(models.tries).toBe(1)
  })

  it('is given up when its deployment is stopped, and held no more when it comes all the same', async () => {
    const models = fakeModels()
    const loaded = Promise.withResolvers<void>()
    let aborted = false
    models.load = async (_name, signal) => {
      await loaded.promise
      aborted = signal.aborted
    }
    await using opened = await openDeployments(temporaryFolder(), { models })
    const { deployments, tokens } = opened
    const { id } = await deployments.add({ model: 'a' }, operator)
    await deployments.stop(id)
    loaded.resolve()
    await vi.waitFor(() => expect(aborted).toBe(true), patience)
    await vi.waitFor(() => expect(models.held).toEqual([]), patience)
    expect(deployments.get(id)).toMatchObject({ state: 'stopped', ready_at: null })
    expect(tokens.list()).toEqual([])
  })

  it('is brought back after a crash, and requests wait for it meanwhile', async () => {
    await using opened = await openReady()
    const { deployments, models, id } = opened
    deployments.recover('b')
    expect(models.tries).toBe(1)
    const loaded = Promise.withResolvers<void>()
    models.load = () => loaded.promise
    deployments.recover('a')
    deployments.recover('a')
    await vi.waitFor(() => expect(models.tries).toBe(2), patience)
    deployments.require(id, 'a')
    loaded.resolve()
    await vi.waitFor(() => expect(models.held).toEqual(['a']), patience)
    expect(deployments.get(id)).toMatchObject({ state: 'ready' })
    models.load = async () => {
      throw new LlmdError('model_quarantined', 'It crashed twice.')
    }
    await vi.waitFor(() => {
      deployments.recover('a')
      expect(deployments.get(id)).toMatchObject({ state: 'failed' })
    }, patience)
    expect(models.held).toEqual([])
  })
})

describe('the next daemon', () => {
  it('makes ready what was live, under the same id and with the same keys', async () => {
    const home = temporaryFolder()
    const keys: string[] = []
    let id = ''
    {
      await using opened = await openDeployments(home)
      id = (await opened.deployments.add({ model: 'a', seconds: 3600 }, operator)).id
      await until(opened.deployments, id, 'ready')
      keys.push(opened.deployments.takeKey(id, operator).key)
    }
    await using opened = await openDeployments(home, { started: false })
    const { deployments, models, tokens } = opened
    expect(deployments.get(id)).toMatchObject({ state: 'starting', ready_at: '2026-01-31T12:00:00.000Z' })
    expect(models.tries).toBe(0)
    deployments.start()
    await until(deployments, id, 'ready')
    expect(tokens.verify(keys[0]!)).toMatchObject({ deploymentId: id })
    expect(models.held).toEqual(['a'])
  })

  it('ends what is over meanwhile, before anybody asks', async () => {
    const home = temporaryFolder()
    const clock = { now: 0 }
    let id = ''
    let key = ''
    {
      await using opened = await openDeployments(home, { clock })
      id = (await opened.deployments.add({ model: 'a', seconds: 60 }, operator)).id
      await until(opened.deployments, id, 'ready')
      key = opened.deployments.takeKey(id, operator).key
    }
    clock.now = 61_000
    await using opened = await openDeployments(home, { clock, started: false })
    expect(opened.deployments.get(id)).toMatchObject({ state: 'expired' })
    expect(opened.tokens.verify(key)).toBeUndefined()
  })

  it('revokes what a killed one did not come to', async () => {
    const home = temporaryFolder()
    let id = ''
    let key = ''
    {
      await using opened = await openDeployments(home)
      id = (await opened.deployments.add({ model: 'a' }, operator)).id
      await until(opened.deployments, id, 'ready')
      key = opened.deployments.takeKey(id, operator).key
      const row = (await opened.table.all())[0]!
      await opened.table.update({ ...row, state: 'stopped', endedAt: '2026-01-31T12:30:00.000Z' })
    }
    await using opened = await openDeployments(home)
    expect(opened.tokens.verify(key)).toBeUndefined()
    expect(opened.models.tries).toBe(0)
  })

  it('finds what is starting when the daemon ends as it was', async () => {
    const home = temporaryFolder()
    let id = ''
    {
      const models = fakeModels()
      models.load = (_name, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new LlmdError('model_load_failed', 'Given up.')))
        })
      await using opened = await openDeployments(home, { models })
      id = (await opened.deployments.add({ model: 'a' }, operator)).id
    }
    await using opened = await openDeployments(home)
    await until(opened.deployments, id, 'ready')
    expect(opened.deployments.takeKey(id, operator).key).toMatch(/^sk-/)
  })
})
