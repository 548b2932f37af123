import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LlmdError } from '../../src/errors.ts'
import { sampleProvider } from './management-samples.ts'
import type { OpenedApp } from './open-app.ts'
import { openTab, press } from './open-tab.ts'

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
