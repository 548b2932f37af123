import { expect, it } from 'vitest'
import { openApp } from './open-app.ts'
import { sampleClient, sampleModels } from './samples.ts'

async function openModels(height = 24) {
  const app = openApp({ client: sampleClient, height })
  app.press('2')
  await app.settle()
  return app
}

const selected = (screen: string) => /^▌(\S+)/m.exec(screen)?.[1]
const names = (screen: string) =>
  Array.from(screen.matchAll(/^[ ▌](gemma:4b|qwen3:8b|mistral|fast|best)/gm), ([, name]) => name)

it('a list is gone through by keys, by the wheel and by clicks', async () => {
  const app = await openModels()
  expect(selected(app.screen())).toBe('gemma:4b')
  app.press('j', 'down')
  expect(selected(app.screen())).toBe('mistral')
  app.press('G')
  expect(selected(app.screen())).toBe('best')
  app.press('down')
  expect(selected(app.screen())).toBe('best')
  app.press('g')
  app.send({ type: 'wheel', by: 3 })
  expect(selected(app.screen())).toBe('fast')
  app.click('mistral')
  expect(selected(app.screen())).toBe('mistral')
})

it('a list is filtered while it is typed, and esc takes the filter away', async () => {
  const app = await openModels()
  app.press('/')
  app.type('LOAD')
  expect(names(app.screen())).toEqual(['mistral'])
  app.press('enter')
  expect(app.screen()).toContain('1 of 5 have LOAD')
  app.press('escape')
  expect(names(app.screen())).toHaveLength(5)
})

it('a list is sorted by each column in turn, and turned round', async () => {
  const app = await openModels()
  app.press('s')
  expect(names(app.screen())).toEqual(['best', 'fast', 'gemma:4b', 'mistral', 'qwen3:8b'])
  app.press('S')
  expect(names(app.screen())).toEqual(['qwen3:8b', 'mistral', 'gemma:4b', 'fast', 'best'])
  app.press(':')
  app.type('sort memory')
  app.press('enter')
  expect(names(app.screen())[0]).toBe('qwen3:8b')
})

it('the cursor stays with its row when others come, and goes to the next when it goes', async () => {
  let models = sampleModels
  const app = openApp({
    client: { ...sampleClient, listModels: async () => models, listDownloads: async () => [] },
  })
  app.press('2')
  await app.settle()
  app.press('j')
  expect(selected(app.screen())).toBe('mistral')
  const refresh = async () => {
    app.send({ type: 'follow-up', effects: [{ type: 'refresh', feeds: ['models'] }] })
    app.send({ type: 'tick', now: app.state.now + 1000 })
    await app.settle()
  }
  models = models.toReversed()
  await refresh()
  expect(selected(app.screen())).toBe('mistral')
  models = models.filter(({ name }) => name !== 'mistral')
  await refresh()
  expect(selected(app.screen())).not.toBe('mistral')
  expect(selected(app.screen())).toBeDefined()
})

it('says what to do where a list is empty', async () => {
  const app = openApp({
    client: { ...sampleClient, listModels: async () => [], listDownloads: async () => [] },
  })
  app.press('2')
  expect(app.screen()).toContain('Asking the daemon...')
  await app.settle()
  expect(app.screen()).toContain('Press a to add a file')
})

it('offers what can be done with the row under the cursor alone', async () => {
  const app = await openModels()
  const footer = () => app.screen().split('\n').at(-1) ?? ''
  expect(footer()).not.toContain('Unload')
  app.press('j')
  expect(footer()).toContain('u Unload')
  app.press('G')
  expect(footer()).not.toContain('Unload')
})
