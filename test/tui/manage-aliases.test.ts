import { describe, expect, it } from 'vitest'
import { LlmdError } from '../../src/errors.ts'
import { managementClient, sampleRouted } from './management-samples.ts'
import { openTab, press } from './open-tab.ts'

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
