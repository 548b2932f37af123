import { describe, expect, it } from 'vitest'
import type { Model } from '../../src/api/models.ts'
import type { OpenRequest } from '../../src/api/requests.ts'
import { LlmdError } from '../../src/errors.ts'
import { noon, openApp } from './open-app.ts'
import { finished, sampleClient, sampleLocal, sampleStatus, sampleStory, started } from './samples.ts'

const getRequest = async (id: string) => ({ ...sampleStory, id })

describe('the frame', () => {
  it('goes to a tab by its digit, by arrows, by a click and by its name', () => {
    const app = openApp()
    expect(app.state.tab).toBe('overview')
    app.press('3')
    expect(app.state.tab).toBe('requests')
    app.press('right')
    expect(app.state.tab).toBe('logs')
    app.press('left', 'left')
    expect(app.state.tab).toBe('models')
    app.click('3 Req')
    expect(app.state.tab).toBe('requests')
    app.press(':')
    app.type('models')
    app.press('enter')
    expect(app.state.tab).toBe('models')
  })

  it('shows the help and goes back to where it was', () => {
    const app = openApp()
    app.press('2', '?')
    expect(app.screen()).toContain('Everywhere')
    app.press('?')
    expect(app.state.tab).toBe('models')
    app.press('?', 'escape')
    expect(app.state.tab).toBe('models')
  })

  it('tells in the help of every action there is', () => {
    const app = openApp({ height: 120 })
    app.press('?')
    for (const name of ['load', 'unload', 'pull', 'check', 'cancel', 'freeze', 'level', 'search', 'sort']) {
      expect(app.screen()).toContain(`:${name}`)
    }
  })

  it('quits by q, ^C and :quit, and suspends by ^Z', () => {
    for (const leave of [['q'], ['C-c'], [':', 'q', 'enter']]) {
      const app = openApp()
      app.press(...leave)
      expect(app.effects).toContainEqual({ type: 'quit' })
    }
    const app = openApp()
    app.press('C-z')
    expect(app.effects).toContainEqual({ type: 'suspend' })
  })

  it('asks for what is shown, and for no more', () => {
    const app = openApp()
    app.send({ type: 'tick', now: noon })
    expect(app.effects).toMatchObject([
      { type: 'ask', what: 'List status' },
      { type: 'ask', what: 'List models' },
    ])
    // Nothing is asked for again before its answer came.
    app.send({ type: 'tick', now: noon + 60_000 })
    expect(app.effects).toHaveLength(2)
  })

  it('asks again once something has changed', async () => {
    const app = openApp({ client: sampleClient })
    app.send({ type: 'tick', now: noon })
    await app.settle()
    app.send({ type: 'tick', now: noon + 300 })
    expect(app.effects).toEqual([])
    const [time, id] = [new Date(noon).toISOString(), 1]
    app.send({
      type: 'events',
      events: [{ type: 'model.loaded', id, time, name: 'a', ms: 1 }],
      now: noon + 310,
    })
    expect(app.effects).toMatchObject([{ what: 'List models' }])
  })

  it('says that the daemon is gone, and that it is there again', () => {
    const app = openApp()
    app.send({ type: 'disconnected', reason: 'The daemon has ended.', now: noon })
    app.send({ type: 'tick', now: noon + 5000 })
    expect(app.screen()).toContain('The daemon has ended. Trying again, for 5 seconds now.')
    expect(app.effects).toEqual([])
    app.send({ type: 'connected', now: noon + 6000 })
    expect(app.screen()).toContain('The daemon is there again.')
    expect(app.effects).toMatchObject([{ what: 'List status' }, { what: 'List models' }])
  })

  it('completes commands and their arguments', async () => {
    const app = openApp({ client: sampleClient })
    app.press('2')
    await app.settle()
    app.press(':')
    app.type('unl')
    app.press('tab')
    expect(app.state.prompt?.text).toBe('unload')
    app.type(' q')
    expect(app.screen()).toContain('unload qwen3:8b')
    app.press('tab')
    expect(app.state.prompt?.text).toBe('unload qwen3:8b')
    app.press('enter')
    expect(app.effects).toMatchObject([{ type: 'ask', what: 'Unload qwen3:8b' }])
  })

  it('runs a command of another tab there, and says what it does not know', async () => {
    const app = openApp({ client: sampleClient })
    app.press(':')
    app.type('check qwen3:8b')
    app.press('enter')
    await app.settle()
    expect(app.state.tab).toBe('models')
    app.press(':')
    app.type('frobnicate')
    app.press('enter')
    expect(app.screen()).toContain('There is no command frobnicate.')
  })

  it('tells what failed, with its hint', async () => {
    const hint = 'Unload another.'
    const loadModel = () => Promise.reject(new LlmdError('overloaded', 'There is no room.', { hint }))
    const unloaded: Model = { ...sampleLocal, state: 'unloaded', engine: null }
    const app = openApp({ client: { ...sampleClient, listModels: async () => [unloaded], loadModel } })
    app.press('2')
    await app.settle()
    app.press('j', 'l')
    await app.settle()
    expect(app.screen()).toContain('Load qwen3:8b: There is no room.')
  })

  it('needs a screen of some size, and says so', () => {
    const app = openApp()
    app.send({ type: 'resize', size: { width: 50, height: 10 } })
    expect(app.screen()).toContain('This needs 60 columns and 20 rows')
    app.send({ type: 'resize', size: { width: 60, height: 20 } })
    expect(app.screen()).toContain('1 Overview')
  })
})

describe('the memory of GPUs', () => {
  const gpus = [{ name: 'NVIDIA H200', used_bytes: 12e9, total_bytes: 141e9 }]
  const onGpu = { ...sampleClient, status: async () => ({ ...sampleStatus, gpus }) }

  it('has bars where there is a GPU, and none elsewhere', async () => {
    const without = openApp({ client: sampleClient, width: 120 })
    without.send({ type: 'tick', now: noon })
    await without.settle()
    expect(without.screen()).not.toMatch(/gpu +█/)
    const app = openApp({ client: onGpu, width: 120 })
    app.send({ type: 'tick', now: noon })
    await app.settle()
    const [header = '', ...rest] = app.screen().split('\n')
    expect(header).toMatch(/mem █+░+ 6\.2 GB +gpu █░+ 12\.0 GB/)
    expect(rest.join('\n')).toMatch(/Memory ─+ NVIDIA H200/)
    expect(rest.join('\n')).toMatch(/│ gpu +█+░+ 12\.0 GB of 141 GB │/)
  })

  it('gives way in the header where there is no room', async () => {
    const app = openApp({ client: onGpu, width: 60, height: 20 })
    app.send({ type: 'tick', now: noon })
    await app.settle()
    expect(app.screen().split('\n')[0]).not.toContain('gpu')
    expect(app.screen()).toMatch(/│ gpu +█/)
    expect(app.lines()).toHaveLength(20)
  })
})

describe('requests', () => {
  it('appear, are looked after while they are open, and end', async () => {
    const app = openApp({ client: { ...sampleClient, getRequest } })
    app.press('3')
    await app.settle()
    app.send({ type: 'events', events: [started('req_1')], now: noon })
    expect(app.screen()).toContain('waiting')
    app.send({ type: 'tick', now: noon + 500 })
    await app.settle()
    expect(app.screen()).toContain('answering')
    app.send({ type: 'events', events: [finished('req_1')], now: noon + 600 })
    expect(app.screen()).toMatch(/120ms +200ms +200 +50\.0 +4\.20s +✓ 200/)
  })

  it('that the events missed are found in the list', async () => {
    const missed = {
      id: 'req_2',
      path: '/v1/x',
      model: 'm',
      token: null,
      completion_tokens: null,
      tokens_per_second: null,
      started_at: new Date(noon).toISOString(),
    }
    const app = openApp({ client: { ...sampleClient, listRequests: async () => [missed] } })
    app.send({ type: 'events', events: [started('req_1')], now: noon - 60_000 })
    app.press('3')
    await app.settle()
    expect(app.state.requests.map(({ id, end }) => [id, end === null])).toEqual([
      ['req_2', true],
      ['req_1', false],
    ])
  })

  it('say how far they are, as the daemon does', async () => {
    const open = {
      id: 'req_1',
      path: '/v1/x',
      model: 'qwen3:8b',
      token: null,
      started_at: new Date(noon).toISOString(),
    }
    let written: Pick<OpenRequest, 'completion_tokens' | 'tokens_per_second'> = {
      completion_tokens: null,
      tokens_per_second: null,
    }
    const listRequests = async () => [{ ...open, ...written }]
    const app = openApp({ client: { ...sampleClient, listRequests, getRequest } })
    app.send({ type: 'events', events: [started('req_1')], now: noon })
    app.press('3')
    await app.settle()
    expect(app.screen()).toMatch(/qwen3:8b .* - +- +0ms +○ waiting/)
    written = { completion_tokens: 812, tokens_per_second: 48.52 }
    app.send({ type: 'tick', now: noon + 1100 })
    await app.settle()
    app.send({ type: 'tick', now: noon + 1600 })
    await app.settle()
    expect(app.screen()).toMatch(/qwen3:8b .* 812 +48\.5 +1\.60s +● answering/)
    app.send({ type: 'events', events: [finished('req_1')], now: noon + 4200 })
    expect(app.screen()).toMatch(/ 200 +50\.0 +4\.20s +✓ 200/)
  })

  it('are cancelled after a question, which x asks', async () => {
    const cancelled: string[] = []
    const cancelRequest = async (id: string) => void cancelled.push(id) as never
    const app = openApp({ client: { ...sampleClient, cancelRequest } })
    app.press('3')
    app.send({ type: 'events', events: [started('req_1')], now: noon })
    app.press('x')
    expect(app.screen()).toContain('Cancel this request?')
    app.press('n')
    app.press('x', 'y')
    await app.settle()
    expect(cancelled).toEqual(['req_1'])
  })
})

describe('forms', () => {
  it('check as the API does, at the fields', async () => {
    const app = openApp({ client: sampleClient })
    app.press('2', 'a')
    app.type('bad name')
    app.press('tab')
    app.type('/srv/a.gguf')
    app.press('tab')
    app.type('3')
    app.press('C-s')
    await app.settle()
    expect(app.screen()).toContain('letters, digits and . _ : @ + -')
    expect(app.screen()).toContain('>=16')
    expect(app.state.dialog).toMatchObject({ kind: 'form', focus: 0, busy: false })
  })

  it('send what was entered, and show at its field what the daemon refuses', async () => {
    const bodies: unknown[] = []
    let refuse = true
    const addModel = async (body: { name: string }) => {
      bodies.push(body)
      if (refuse) throw new LlmdError('model_file_not_found', 'There is no such file.', { param: 'source' })
      return body as never
    }
    const app = openApp({ client: { ...sampleClient, addModel } })
    app.press('2', 'a')
    app.type('tiny')
    app.press('tab')
    app.type('/srv/a.gguf')
    app.press('tab', 'tab', 'tab')
    app.type('10m')
    app.press('tab', 'tab', 'right', 'right', 'tab', 'space', 'C-s')
    await app.settle()
    expect(app.screen()).toMatch(/There is no such file\./)
    refuse = false
    app.press('C-s')
    await app.settle()
    expect(app.state.dialog).toBeNull()
    expect(app.screen()).toContain('tiny is added.')
    const body = { name: 'tiny', source: '/srv/a.gguf', options: { ttl: 600, kv_type: 'q8_0', pinned: true } }
    expect(bodies).toEqual([body, body])
  })

  it('close without a change', () => {
    const app = openApp()
    app.press('2', 'a', 'escape')
    expect(app.state.dialog).toBeNull()
    expect(
      app.effects.filter(({ type }) => type === 'ask').map((effect) => 'what' in effect && effect.what),
    ).not.toContain('Add a model')
  })

  it('change options, and let llmd choose again what is emptied', async () => {
    const changes: unknown[] = []
    const editModel = async (name: string, change: unknown) => void changes.push([name, change]) as never
    const app = openApp({ client: { ...sampleClient, editModel } })
    app.press('2')
    await app.settle()
    app.press('j', 'e', 'C-u', 'C-s')
    await app.settle()
    expect(changes).toEqual([['qwen3:8b', { options: { kv_type: 'q8_0' }, reset: ['context'] }]])
  })
})
