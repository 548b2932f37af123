import { describe, expect, test } from 'vitest'
import type { Client } from '../../src/client/create-client.ts'
import { createPainter } from '../../src/tui/screen/create-painter.ts'
import { widthOf } from '../../src/tui/screen/span.ts'
import { createTheme } from '../../src/tui/screen/theme.ts'
import {
  managementClient,
  samplePresets,
  sampleProvider,
  sampleRouted,
  sampleTokens,
  sampleUsage,
} from './management-samples.ts'
import { noon, openApp } from './open-app.ts'
import { sampleDownload } from './samples.ts'

const tabs = ['tokens', 'providers', 'aliases', 'downloads', 'usage']

const sizes = [
  [60, 20],
  [80, 24],
  [200, 50],
] as const

async function openTab(
  tab: string,
  {
    client = managementClient,
    width = 80,
    height = 24,
  }: { client?: Partial<Client>; width?: number; height?: number } = {},
) {
  const app = openApp({ client, width, height })
  app.send({ type: 'go', tab })
  await app.settle()
  app.send({ type: 'tick', now: noon })
  return app
}

test.for(sizes.flatMap(([width, height]) => tabs.map((tab) => [width, height, tab] as const)))(
  'at %d x %d the tab %s',
  async ([width, height, tab]) => {
    const app = await openTab(tab, { width, height })
    const lines = app.lines()
    expect(lines).toHaveLength(height)
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width)
    await expect(`${app.screen()}\n`).toMatchFileSnapshot(`golden/${tab}-${width}x${height}.txt`)
  },
)

test.for([
  ['usage by model', 'usage', ['m']],
  ['usage by token', 'usage', ['t']],
  ['the form of a token', 'tokens', ['a']],
  ['the form of a provider', 'providers', ['a', 'tab', 'C-o', 'down', 'enter']],
  ['all of the form of a provider', 'providers', ['j', 'e', 'up', 'space', 'down']],
  ['a list to choose from', 'aliases', ['a', 'tab', 'right', 'tab', 'C-o', 'space', 'down', 'space', 'f']],
  ['the question before a key is replaced', 'tokens', ['r']],
] as const)('%s', async ([name, tab, keys]) => {
  const app = await openTab(tab)
  for (const key of keys) {
    app.press(key)
    await app.settle()
  }
  await expect(`${app.screen()}\n`).toMatchFileSnapshot(`golden/${name.replaceAll(' ', '-')}.txt`)
})

test.for([
  ['tokens', { listTokens: async () => [] }, 'Press a to make one'],
  ['providers', { listProviders: async () => [] }, 'Press a to add one'],
  ['aliases', { listModels: async () => [] }, 'Press a to give'],
  ['downloads', { listDownloads: async () => [] }, 'Press a to pull'],
  [
    'usage',
    { usage: async () => ({ ...sampleUsage({}), totals: { ...sampleUsage({}).totals, requests: 0 } }) },
    'Nothing was asked',
  ],
] as const)('the tab %s says what to do where there is nothing', async ([tab, client, words]) => {
  const app = await openTab(tab, { client: { ...managementClient, ...client } })
  expect(app.screen()).toContain(words)
})

test('usage is asked for as it is shown', async () => {
  const asked: unknown[] = []
  const client: Partial<Client> = {
    ...managementClient,
    async usage(query = {}) {
      asked.push(query.by)
      return sampleUsage(query)
    },
  }
  const app = await openTab('usage', { client })
  app.press('p')
  await app.settle()
  app.click('By model')
  await app.settle()
  expect(asked).toEqual(['day', 'provider', 'model'])
  expect(app.screen()).toMatch(/qwen3:8b +█+ +90 /)
})

test('usage by day is gone through to its end', async () => {
  const app = await openTab('usage')
  expect(app.screen()).toContain('1-15 of 30')
  expect(app.screen()).toContain('2026-01-31 Sat')
  app.press('G')
  expect(app.screen()).toContain('16-30 of 30')
  expect(app.screen()).toContain('2026-01-02 Fri')
})

describe('what others have named', () => {
  const hostile = 'x\u001b[2J\u001b]0;title\u0007\u202egnp.exe\r\n\t日本語🦙{bold}'
  const client: Partial<Client> = {
    ...managementClient,
    listTokens: async () => [{ ...sampleTokens[1]!, name: hostile, masked: hostile }],
    listProviders: async () => [
      {
        ...sampleProvider,
        name: hostile,
        base_url: hostile,
        prefix: hostile,
        preset: hostile,
        aliases: [hostile],
        health: { state: 'cooling', retry_at: null, last_error: hostile },
      },
    ],
    listProviderPresets: async () => [{ ...samplePresets[0]!, id: hostile, title: hostile }],
    listProviderModels: async () => [{ id: hostile, served_as: hostile }],
    listModels: async () => [
      { ...sampleRouted, name: hostile, targets: [{ model: hostile, weight: 1, kind: null, health: null }] },
    ],
    listDownloads: async () => [{ ...sampleDownload, name: hostile, source: hostile }],
    async usage({ by = 'model' } = {}) {
      const usage = sampleUsage({ by })
      return { ...usage, data: [{ ...usage.data[0]!, key: hostile, name: hostile }] }
    },
  }

  test.for([
    ['tokens', []],
    ['tokens', ['e']],
    ['tokens', ['d']],
    ['tokens', ['enter']],
    ['providers', []],
    ['providers', ['a', 'tab', 'C-o']],
    ['providers', ['e', 'up', 'up', 'C-o']],
    ['providers', ['enter']],
    ['providers', ['d']],
    ['aliases', []],
    ['aliases', ['e', 'down', 'C-o']],
    ['aliases', ['d']],
    ['downloads', []],
    ['downloads', ['d']],
    ['usage', ['m']],
    ['usage', ['t']],
  ] as const)('moves nothing in %s after %j', async ([tab, keys]) => {
    for (const [width, height] of sizes) {
      const app = await openTab(tab, { client, width, height })
      for (const key of keys) {
        app.press(key)
        await app.settle()
      }
      for (const line of app.lines()) {
        expect(widthOf(line)).toBeLessThanOrEqual(width)
        for (const { text } of line) expect(text).not.toMatch(/[\p{Cc}\u202e]/u)
      }
      const painter = createPainter({ theme: createTheme({ colours: 8, env: {} }), unicode: true })
      const written = painter.paint(app.lines(), app.state.size)
      // What llmd writes itself begins so: colours, places of the cursor and the ends of lines.
      const others = written.split('\u001b[').map((text) => text.replace(/^[\d;]*[mHGK]/, ''))
      expect(others.join('')).not.toMatch(/[\p{Cc}\u202e]/u)
    }
  })
})
