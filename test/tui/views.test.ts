import { expect, test } from 'vitest'
import { widthOf } from '../../src/tui/screen/span.ts'
import { createPainter } from '../../src/tui/screen/create-painter.ts'
import { createTheme } from '../../src/tui/screen/theme.ts'
import { noon, openApp, type OpenedApp } from './open-app.ts'
import { finished, sampleClient, sampleStory, started } from './samples.ts'

process.env['TZ'] = 'UTC'

const sizes = [
  [60, 20],
  [80, 24],
  [200, 50],
  [300, 80],
] as const

async function openBusyApp(width: number, height: number): Promise<OpenedApp> {
  const app = openApp({
    client: { ...sampleClient, getRequest: async (id) => ({ ...sampleStory, id }) },
    width,
    height,
  })
  app.send({ type: 'tick', now: noon })
  await app.settle()
  for (let second = 0; second < 90; second += 1) {
    const now = noon + second * 1000
    const count = Math.round(2 + 2 * Math.sin(second / 6))
    const ended = Array.from({ length: count }, (_, index) =>
      finished(`req_000000000000${second}${index}00000`, {
        completion_tokens: 40 + second,
        ms: 400 + 30 * second,
        target: index === 1 ? 'openrouter/meta/llama-3.3-70b' : 'qwen3:8b',
        ...(second % 30 === 29 && { status: 502, code: 'upstream_unreachable', completion_tokens: null }),
      }),
    )
    app.send({ type: 'events', events: ended, now })
  }
  app.send({
    type: 'events',
    events: [started('req_000000000000open0000'), started('req_日本語の要求', '日本語モデル🤖')],
    now: noon + 89_000,
  })
  app.send({ type: 'tick', now: noon + 90_000 })
  const entries = (['debug', 'info', 'warn', 'error'] as const).map((level, index) => ({
    time: new Date(noon + index * 1500).toISOString(),
    level,
    message: `something of level ${level}`,
    model: 'qwen3:8b',
    ms: index,
    request_id: 'req_1',
  }))
  app.send({ type: 'log', entries })
  await app.settle()
  return app
}

const tabs = ['overview', 'models', 'requests', 'logs', 'help']

test.for(sizes.flatMap((size) => tabs.map((tab) => [...size, tab] as const)))(
  'at %d x %d the tab %s',
  async ([width, height, tab]) => {
    const app = await openBusyApp(width, height)
    app.send({ type: 'go', tab })
    await app.settle()
    const lines = app.lines()
    expect(lines).toHaveLength(height)
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width)
    // The largest is the same as the one before it, with more room.
    if (width < 300)
      await expect(`${app.screen()}\n`).toMatchFileSnapshot(`golden/${tab}-${width}x${height}.txt`)
  },
)

test.for([
  ['a form', ['2', 'a', 'tab', 'x']],
  ['a question', ['2', 'j', 'd']],
  ['a story', ['3', 'enter']],
  ['a command', [':', 'l', 'o']],
  ['a filter', ['2', '/', 'q', 'w']],
] as const)('%s', async ([name, keys]) => {
  const app = await openBusyApp(80, 24)
  for (const key of keys) {
    app.press(key)
    await app.settle()
  }
  await expect(`${app.screen()}\n`).toMatchFileSnapshot(`golden/${name.replaceAll(' ', '-')}.txt`)
})

test('a full redraw takes less than a picture may at 60 a second', async () => {
  const app = await openBusyApp(300, 80)
  const theme = createTheme({ colours: 256, env: {} })
  const painter = createPainter({ theme, unicode: true })
  const times = tabs.flatMap((tab) => {
    app.send({ type: 'go', tab })
    return Array.from({ length: 20 }, () => {
      const begun = performance.now()
      painter.forget()
      painter.paint(app.lines(), app.state.size)
      return performance.now() - begun
    })
  })
  const median = times.toSorted((one, other) => one - other)[times.length / 2]
  expect(median).toBeLessThan(16)
})
