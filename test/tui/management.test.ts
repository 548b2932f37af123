import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Client } from '../../src/client/create-client.ts'
import { LlmdError } from '../../src/errors.ts'
import {
  managementClient,
  sampleKey,
  sampleProvider,
  sampleRouted,
  sampleTokens,
} from './management-samples.ts'
import { noon, openApp, type OpenedApp } from './open-app.ts'

type Call = [method: string, ...args: unknown[]]

/** The tab over a client that keeps what it is told to do, and answers with these. */
async function openTab(tab: string, answers: Partial<Client> = {}) {
  const calls: Call[] = []
  const known: Record<string, unknown> = { ...managementClient, ...answers }
  const client = Object.fromEntries(
    Object.entries(known).map(([name, method]) => [
      name,
      (...args: unknown[]) => {
        if (!/^(list|status|usage$)/.test(name)) calls.push([name, ...args])
        return (method as (...given: unknown[]) => unknown)(...args)
      },
    ]),
  ) as Partial<Client>
  const app = openApp({ client })
  app.send({ type: 'go', tab })
  await app.settle()
  app.send({ type: 'tick', now: noon })
  return { app, calls }
}

async function press(app: OpenedApp, ...keys: string[]) {
  for (const key of keys) {
    app.press(key)
    await app.settle()
  }
}

const created = { ...sampleTokens[1]!, name: 'ci', key: sampleKey }

describe('tokens', () => {
  it('a key is shown once in full, can be copied, and no hasty key closes it', async () => {
    const { app, calls } = await openTab('tokens', { createToken: async () => created })
    await press(app, 'a')
    app.type('ci')
    await press(app, 'tab', 'tab', 'space', 'C-s')
    expect(calls).toEqual([['createToken', { name: 'ci', scopes: ['llm-all', 'admin'], expires_at: null }]])
    expect(app.screen()).toContain(sampleKey)
    await press(app, 'enter', 'q')
    expect(app.screen()).toContain(sampleKey)
    app.press('c')
    expect(app.effects).toContainEqual({ type: 'copy', text: sampleKey })
    await press(app, 'escape')
    expect(app.screen()).not.toContain(sampleKey)
    expect(JSON.stringify(app.state)).not.toContain(sampleKey)
  })

  it('a key is whole on a narrow screen too', async () => {
    const { app } = await openTab('tokens', { createToken: async () => created })
    app.send({ type: 'resize', size: { width: 60, height: 20 } })
    await press(app, 'a')
    app.type('ci')
    await press(app, 'C-s')
    const inside = Array.from(app.screen().matchAll(/│ (.*?) *│/g), ([, text = '']) => text)
    expect(inside.join('')).toContain(sampleKey)
  })

  it.each([
    [['C-s'], /Name.*\n.*>=1/],
    [
      ['x', 'up', 'space', 'tab', 'tab', 'tab', 'tab', 'tab', '1', '0', '/', 'y', 'C-s'],
      /Budget +10\/y.*\n.*10\/day or 200\/month/,
    ],
    [['x', 'up', 'space', 'tab', 'tab', 'tab', 'tab', 'm', 'C-s'], /Credits +m.*\n.*A number is needed/],
    [['x', 'up', 'space', 'tab', 'tab', 'tab', '0', 'C-s'], /Tokens\/min +0.*\n.*>=1/],
    [['x', 'tab', 'space', 'C-s'], /Call models.*\n.*>=1/],
    [['x', 'up', 'up', 'C-u', 's', 'o', 'o', 'n', 'C-s'], /Expires in +soon.*\n.*12h or 90d/],
  ])('a form that is filled in with %j says what the API would', async (keys, issue) => {
    const { app, calls } = await openTab('tokens', { createToken: async () => created })
    await press(app, 'a', ...keys)
    expect(app.screen()).toMatch(issue)
    expect(calls).toEqual([])
  })

  it('what the daemon refuses is told at its field', async () => {
    const { app } = await openTab('tokens', {
      createToken: async () => {
        throw new LlmdError('token_exists', 'There is a token called ci already.', { param: 'name' })
      },
    })
    await press(app, 'a')
    app.type('ci')
    await press(app, 'C-s')
    expect(app.screen()).toMatch(/Name +ci.*\n.*There is a token called ci already/)
  })

  it('an edit sends what was changed', async () => {
    const { app, calls } = await openTab('tokens', { editToken: async () => sampleTokens[1]! })
    await press(app, 'e', '2', 'C-s')
    expect(calls).toEqual([['editToken', sampleTokens[1]!.id, { name: 'laptop2' }]])
    await press(app, 'e', 'up', 'up')
    app.type('never')
    await press(app, 'up', 'space', 'C-s')
    expect(calls.at(-1)).toEqual([
      'editToken',
      sampleTokens[1]!.id,
      { name: 'laptop', scopes: ['llm-all', 'metrics'], expires_at: null },
    ])
  })

  it('limits are chosen with it, changed, and taken back; a balance that is left alone goes on', async () => {
    const limited = { ...sampleTokens[1]!, models: ['best'], rpm: 30, credits: 1.5 }
    const { app, calls } = await openTab('tokens', {
      createToken: async () => created,
      editToken: async () => limited,
      listTokens: async () => [limited],
    })
    await press(app, 'a')
    app.type('ci')
    await press(app, 'up', 'space', 'tab')
    app.type('best qwen3:8b')
    await press(app, 'tab')
    app.type('30')
    await press(app, 'C-s')
    expect(calls[0]).toMatchObject(['createToken', { models: ['best', 'qwen3:8b'], rpm: 30 }])
    expect(Object.keys(Object(calls[0]?.[1]))).toEqual(['name', 'scopes', 'expires_at', 'models', 'rpm'])
    await press(app, 'escape', 'e', 'up')
    app.type('10/day')
    await press(app, 'up', 'up', 'up', 'C-u', 'up', 'C-u')
    app.type('fast')
    await press(app, 'C-s')
    expect(calls.at(-1)).toEqual([
      'editToken',
      limited.id,
      { name: 'laptop', models: ['fast'], rpm: null, budget: { credits: 10, per: 'day' } },
    ])
  })

  it('rotates and revokes after a question, and only what is not over', async () => {
    const { app, calls } = await openTab('tokens', {
      rotateToken: async () => created,
      revokeToken: async () => sampleTokens[1]!,
    })
    await press(app, 'r', 'n', 'd', 'escape')
    expect(calls).toEqual([])
    await press(app, 'r', 'y')
    expect(app.screen()).toContain(sampleKey)
    await press(app, 'escape', 'd', 'y')
    expect(calls).toEqual([
      ['rotateToken', sampleTokens[1]!.id],
      ['revokeToken', sampleTokens[1]!.id],
    ])
    // The last one was revoked.
    await press(app, 'G', 'r')
    expect(app.screen()).toContain('There is nothing to rotate here.')
    await press(app, 'd')
    expect(app.screen()).toContain('There is nothing to revoke here.')
  })
})

describe('providers', () => {
  const key = 'sk-canary-0123456789'

  it('one is added by its preset, with models that were chosen and a key that nothing shows', async () => {
    const { app, calls } = await openTab('providers', {
      discoverModels: async () => ['a/1', 'b/2', 'c/3'].map((id) => ({ id, served_as: null })),
      addProvider: async () => sampleProvider,
    })
    await press(app, 'a')
    app.type('or')
    await press(app, 'tab', 'C-o', 'down', 'enter', 'tab', 'tab')
    app.type(key)
    expect(app.screen()).not.toContain(key.slice(0, 4))
    expect(app.screen()).toContain('•'.repeat(key.length))
    await press(app, 'tab')
    app.type('or/')
    await press(
      app,
      'tab',
      'tab',
      'C-o',
      'down',
      'space',
      'down',
      'space',
      'up',
      'up',
      'space',
      'space',
      'enter',
    )
    expect(app.screen()).toMatch(/Models +b\/2 c\/3/)
    await press(app, 'C-s')
    expect(calls).toEqual([
      ['discoverModels', { preset: 'openrouter', key }],
      ['addProvider', { name: 'or', preset: 'openrouter', key, prefix: 'or/', models: ['b/2', 'c/3'] }],
    ])
    expect(app.screen()).toContain('openrouter is added: 2 models are served.')
    expect(JSON.stringify(app.state)).not.toContain(key)
  })

  it('of an edit only what changed is sent, so that nothing is tried in vain', async () => {
    const { app, calls } = await openTab('providers', { editProvider: async () => sampleProvider })
    await press(app, 'e', 'C-s')
    expect(calls.at(-1)).toEqual(['editProvider', 'openrouter', {}])
    await press(app, 'e', 'up', 'space', 'down')
    await press(app, 'C-u')
    app.type('X-A: 1; X-B: a; b')
    await press(app, 'C-s')
    expect(calls.at(-1)).toEqual(['editProvider', 'openrouter', { headers: { 'X-A': '1', 'X-B': 'a; b' } }])
    await press(app, 'e', 'tab')
    app.type(key)
    await press(app, 'tab', 'tab', 'C-u', 'tab', 'right', 'C-s')
    expect(calls.at(-1)).toEqual(['editProvider', 'openrouter', { prefix: null, all_models: true, key }])
    await press(app, 'e', 'tab', 'tab', 'space', 'C-s')
    expect(calls.at(-1)).toEqual(['editProvider', 'openrouter', { key: null }])
  })

  it('a list that cannot be had is told of at its field, and the form stays', async () => {
    const { app } = await openTab('providers', {
      discoverModels: async () => {
        throw new LlmdError('upstream_credentials', 'Invalid API key', { hint: 'Give a key.' })
      },
    })
    await press(app, 'a', 'up', 'up', 'C-o')
    expect(app.screen()).toMatch(/Models.*\n.*Invalid API key Give a key\./)
    await press(app, 'x')
    expect(app.screen()).not.toContain('Invalid API key')
  })

  it.each([
    [
      'works',
      { ok: true, model: 'm', attempts: 1, ms: 12, failure: null },
      'openrouter works (m): it answered after 12 ms.',
    ],
    [
      'fails',
      {
        ok: false,
        model: 'm',
        attempts: 3,
        ms: null,
        failure: { code: 'x', message: 'Rate limit exceeded', hint: 'Wait.' },
      },
      'openrouter does not work (m): Rate limit exceeded.',
    ],
  ])('one is tried, and %s', async (_, result, words) => {
    const { app } = await openTab('providers', { testProvider: async () => result })
    await press(app, 't')
    expect(app.screen()).toContain(words)
  })

  it('one is removed after a question that names the aliases left behind', async () => {
    const { app, calls } = await openTab('providers', { removeProvider: async () => sampleProvider })
    await press(app, 'd')
    expect(app.screen().replaceAll(/ *│\s*│ /g, ' ')).toContain('These aliases then lead nowhere: fast.')
    await press(app, 'y')
    expect(calls).toEqual([['removeProvider', 'openrouter']])
  })
})

describe('aliases', () => {
  it('one is added for several models by weight', async () => {
    const { app, calls } = await openTab('aliases', { addModel: async () => sampleRouted })
    await press(app, 'a')
    app.type('shared')
    await press(app, 'tab', 'left', 'tab', 'C-o', 'down', 'down', 'space', 'home', 'space', 'enter', 'tab')
    app.type('3')
    await press(app, 'C-s')
    expect(app.screen()).toContain('There are 2 targets and 1 weights.')
    app.type(' 1')
    await press(app, 'C-s')
    expect(calls).toEqual([
      [
        'addModel',
        {
          name: 'shared',
          strategy: 'balance',
          targets: [
            { model: 'fast', weight: 3 },
            { model: 'qwen3:8b', weight: 1 },
          ],
        },
      ],
    ])
  })

  it('one is added for a model of a provider, also where another provider does not answer', async () => {
    const { app, calls } = await openTab('aliases', {
      addModel: async () => sampleRouted,
      async listProviderModels(name) {
        if (name === 'lab') throw new LlmdError('upstream_unreachable', 'It is not there.')
        return [{ id: 'a/1', served_as: null }]
      },
    })
    await press(app, 'a')
    app.type('quick')
    await press(app, 'tab', 'tab', 'C-o', 'enter', 'enter')
    expect(calls.at(-1)).toEqual(['addModel', { name: 'quick', source: 'openrouter/a/1' }])
  })

  it('an edit changes targets or source', async () => {
    const { app, calls } = await openTab('aliases', { editModel: async () => sampleRouted })
    await press(app, 'e', 'C-u')
    app.type('openrouter/other')
    await press(app, 'C-s')
    expect(calls.at(-1)).toEqual(['editModel', 'fast', { source: 'openrouter/other' }])
    await press(app, 'j', 'j', 'e', 'right', 'C-s')
    expect(calls.at(-1)).toEqual([
      'editModel',
      'shared',
      { strategy: 'fallback', targets: [{ model: 'qwen3:8b' }, { model: 'or/openai/gpt-4.1' }] },
    ])
  })

  it('one is tried as a client would', async () => {
    const { app } = await openTab('aliases', {
      async *chat({ model }) {
        yield { content: `I am ${model}\u001b[2J`, reasoning: '', finishReason: null, usage: null }
      },
    })
    await press(app, 't')
    expect(app.screen()).toMatch(/fast answered after \d+ms with "I am fast/)
    expect(app.screen()).not.toContain('\u001b')
  })

  it('one is removed after a question', async () => {
    const { app, calls } = await openTab('aliases', { removeModel: async () => sampleRouted })
    await press(app, 'd', 'y')
    expect(calls).toEqual([['removeModel', 'fast']])
  })
})

describe('downloads', () => {
  it('are paused, resumed and given up', async () => {
    const [finished] = await managementClient.listDownloads!()
    const answer = async () => finished!
    const { app, calls } = await openTab('downloads', {
      pauseDownload: answer,
      resumeDownload: answer,
      cancelDownload: answer,
    })
    await press(app, 'p', 'j', 'p', 'r', 'j', 'd', 'y', 'G', 'd')
    expect(calls).toEqual([
      ['pauseDownload', 'dl_1'],
      ['resumeDownload', 'dl_2'],
      ['cancelDownload', 'dl_3'],
    ])
    expect(app.screen()).toContain('There is nothing to cancel here.')
  })
})

/** The list of a form, with 82 to choose from. */
async function openList() {
  const { app } = await openTab('providers', {
    listProviderModels: async () =>
      Array.from({ length: 80 }, (_, index) => ({ id: `m${index}`, served_as: null })),
  })
  await press(app, 'e', 'up', 'up', 'C-o')
  return app
}
const chosen = ({ state: { dialog } }: OpenedApp) => (dialog?.kind === 'pick' ? dialog.chosen : [])

describe('a list to choose from', () => {
  it('goes back without a change on esc', async () => {
    const app = await openList()
    await press(app, 'space', 'escape')
    expect(app.screen()).toMatch(/Models +meta\/llama-3.3-70b openai\/gpt-4.1/)
  })

  it('finds what is typed, and keeps what is out of sight', async () => {
    const app = await openList()
    app.type('m7')
    expect(app.screen()).toContain('Find  m7')
    expect(app.screen()).toContain('11 of 82')
    await press(app, 'down', 'space', 'C-u', 'end', 'space')
    app.click('m78')
    expect(chosen(app)).toEqual(['meta/llama-3.3-70b', 'openai/gpt-4.1', 'm70', 'm79', 'm78'])
  })

  it('lets no more be chosen than may be, each once, whatever is pressed', async () => {
    const app = await openList()
    const opened = app.state.dialog!
    const keys = fc.constantFrom(
      'space',
      'down',
      'up',
      'pagedown',
      'end',
      'home',
      'm',
      '1',
      'backspace',
      'C-u',
    )
    fc.assert(
      fc.property(fc.array(keys, { maxLength: 200 }), (pressed) => {
        app.send({ type: 'follow-up', effects: [{ type: 'open', dialog: opened }] })
        app.press(...pressed, ...Array.from({ length: 60 }, () => ['space', 'down']).flat())
        expect(chosen(app).length).toBeLessThanOrEqual(50)
        expect(new Set(chosen(app)).size).toBe(chosen(app).length)
        expect(app.lines()).toHaveLength(24)
      }),
      { numRuns: 20 },
    )
  })
})
