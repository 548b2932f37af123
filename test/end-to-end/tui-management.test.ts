import { describe, expect, it } from 'vitest'
import type { Model } from '../../src/api/models.ts'
import type { Provider } from '../../src/api/providers.ts'
import type { Token } from '../../src/api/tokens.ts'
import { createLlmd, program, type Llmd } from './llmd.ts'
import { openFakeProvider } from '../fixtures/fake-provider.ts'
import { eventsOfAnswer } from '../fixtures/openai-answers.ts'
import { hasTmux, openTmux } from './open-tmux.ts'

const canary = 'sk-canary-0123456789abcdef'

/** The TUI of a daemon, in a terminal. */
async function openTui({ width = 80, height = 24 } = {}) {
  const llmd = createLlmd()
  await llmd.run(['start', '--port', '0'])
  const tui = await openTmux({
    width,
    height,
    command: `exec ${process.execPath} ${program} tui`,
    env: { LLMD_HOME: llmd.home, TERM: 'screen-256color', LANG: 'C.UTF-8', TZ: 'UTC' },
  })
  await tui.until('Overview')
  return { llmd, tui }
}

async function list<Row>(llmd: Llmd, topic: string): Promise<Row[]> {
  const { stdout } = await llmd.run([topic, '--json'])
  return JSON.parse(stdout).data
}

async function isTaken(llmd: Llmd, key: string): Promise<boolean> {
  const { listeners } = JSON.parse((await llmd.run(['status', '--json'])).stdout)
  const host = listeners.find((address: string) => address.startsWith('http'))
  const { status } = await fetch(`${host}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
  return status === 200
}

describe.skipIf(!hasTmux)('in a terminal (needs tmux)', () => {
  it.each([
    [80, 24],
    [200, 50],
  ])('all that is managed is shown at %d x %d', async (width, height) => {
    const { tui } = await openTui({ width, height })
    for (const [key, words] of [
      ['5', /▌first +sk-llmd-v1-\*{8}-/],
      ['6', 'There are no providers yet.'],
      ['7', 'There are no aliases yet.'],
      ['8', 'Nothing was downloaded yet.'],
      ['9', 'Nothing was asked in the last 30 days.'],
    ] as const) {
      await tui.press(key)
      expect((await tui.until(words)).replace(/\n$/, '').split('\n')).toHaveLength(height)
    }
  })

  it('a token is made, changed, given another key and revoked by keys alone', async () => {
    const { llmd, tui } = await openTui()
    const shownKey = async () =>
      /sk-llmd-v1-[\w-]{43}-[\da-f]{6}/.exec(await tui.until(/sk-llmd-v1-[\w-]{43}-[\da-f]{6}/))?.[0] ?? ''
    await tui.press('5')
    await tui.until('▌first')
    await tui.press('a')
    await tui.until('Make a token')
    await tui.press('C-s')
    await tui.until('>=1')
    await tui.type('laptop')
    await tui.press('C-s')
    const key = await shownKey()
    expect(await isTaken(llmd, key)).toBe(true)
    await tui.press('Escape')
    await tui.until(/laptop +sk-llmd-v1-\*{8}-.* never/)
    expect(await tui.screen()).not.toContain(key)

    await tui.press('G', 'e')
    await tui.until('Edit laptop')
    await tui.type('2')
    await tui.press('Up', 'Up')
    await tui.type('90d')
    await tui.press('C-s')
    await tui.until(/laptop2 .* in 90 days/)
    expect(await list<Token>(llmd, 'tokens')).toContainEqual(
      expect.objectContaining({ name: 'laptop2', expires_at: expect.any(String) }),
    )

    await tui.press('r')
    await tui.until('Replace the key of laptop2?')
    await tui.press('y')
    const other = await shownKey()
    expect(await Promise.all([key, other].map((each) => isTaken(llmd, each)))).toEqual([false, true])
    await tui.press('Escape')
    await tui.until('d Revoke')
    await tui.press('d')
    await tui.until('Revoke laptop2?')
    await tui.press('y')
    await tui.until(/laptop2 .* revoked/)
    expect(await isTaken(llmd, other)).toBe(false)
  })

  it('a provider is added, tried, changed and removed by keys alone, and its key is never seen', async () => {
    const fake = await openFakeProvider({ key: canary })
    const { llmd, tui } = await openTui()
    const until = async (wanted: string | RegExp) => {
      const screen = await tui.until(wanted)
      expect(screen).not.toContain(canary.slice(0, 8))
      return screen
    }
    await tui.press('6')
    await until('There are no providers yet.')
    await tui.press('a')
    await until('Add a provider')
    await tui.type('lab')
    await tui.press('Tab', 'Tab')
    await tui.type(fake.baseUrl)
    await tui.press('Tab', 'Tab')
    await tui.type('lab/')
    await tui.press('Tab', 'Tab', 'C-o')
    await until('Invalid API key')
    await tui.press('Up', 'Up', 'Up')
    await tui.type(canary)
    await until('•'.repeat(canary.length))
    await tui.press('Down', 'Down', 'Down', 'C-o')
    await until('[ ] chat-small')
    await tui.type('small')
    await tui.press('Space', 'Enter')
    await until(/Models +chat-small/)
    await tui.press('C-s')
    await until('lab is added: 1 model is served.')
    const [added] = await list<Provider>(llmd, 'providers')
    expect(added).toMatchObject({ name: 'lab', prefix: 'lab/', served: ['lab/chat-small'], has_key: true })

    await tui.press('t')
    await until(/lab works \(chat-small\): it answered after/)
    await tui.press('e')
    await until('Edit lab')
    await tui.press('Up', 'Up')
    await tui.type(' chat-nobody')
    await tui.press('C-s')
    await until('Model not found')
    await tui.press('C-u')
    await tui.type('chat-large')
    await tui.press('C-s')
    await until('lab is saved: 1 model is served.')
    expect(await list<Provider>(llmd, 'providers')).toMatchObject([{ served: ['lab/chat-large'] }])

    await tui.press('d')
    await until('Remove lab?')
    await tui.press('y')
    await until('There are no providers yet.')
    expect(await list(llmd, 'providers')).toEqual([])
  })

  it('aliases are added, tried, changed and removed by keys alone', async () => {
    const fake = await openFakeProvider()
    fake.answers.chat = ({ body }, response) => {
      const { model } = JSON.parse(body)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(eventsOfAnswer({ path: '/v1/chat/completions', model, withUsage: true }).join(''))
    }
    const { llmd, tui } = await openTui()
    const settings = ['--base-url', fake.baseUrl, '--prefix', 'lab/', '--model', 'chat-small', '--no-verify']
    expect(await llmd.run(['providers', 'add', 'lab', ...settings])).toMatchObject({ code: 0 })
    await tui.press('7')
    await tui.until('There are no aliases yet.')
    await tui.press('a')
    await tui.until('Add an alias')
    await tui.type('fast')
    await tui.press('Tab', 'Tab', 'C-o')
    await tui.until('lab/chat-large')
    await tui.type('large')
    await tui.press('Enter')
    await tui.until(/Model +lab\/chat-large/)
    await tui.press('C-s')
    await tui.until(/fast +alias +● ready +lab\/chat-large/)

    await tui.press('a')
    await tui.until('Add an alias')
    await tui.type('best')
    await tui.press('Tab', 'Left', 'Tab')
    await tui.type('fast nobody')
    await tui.press('Tab')
    await tui.type('3 1')
    await tui.press('C-s')
    await tui.until('There is no model called "nobody" to be a target.')
    await tui.press('C-w')
    await tui.press('C-o')
    await tui.until('[x] fast')
    await tui.type('llmd-demo')
    await tui.press('Space', 'Enter')
    await tui.press('C-s')
    await tui.until(/best +balance +● 2 of 2 ready +fast ×3, llmd-demo ×1/)

    await tui.press('G', 't')
    await tui.until(/fast answered after [\d.]+m?s with "Grüße/)
    await tui.press('e')
    await tui.until('Edit fast')
    await tui.press('C-u')
    await tui.type('lab/chat-small')
    await tui.press('C-s')
    await tui.until(/fast +alias +● ready +lab\/chat-small/)
    await tui.press('d')
    await tui.until('Remove fast?')
    await tui.press('y')
    await tui.until('fast is a target of best')
    const names = (await list<Model>(llmd, 'models')).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['best', 'fast']))
    await tui.press('g', 'd')
    await tui.until('Remove best?')
    await tui.press('y')
    await tui.until('best is removed.')
    // It is gone from the list too, and the cursor on the one that is left.
    await tui.until('▌fast')
    await tui.press('d')
    await tui.until('Remove fast?')
    await tui.press('y')
    await tui.until('There are no aliases yet.')
    expect((await list<Model>(llmd, 'models')).map(({ name }) => name)).not.toContain('fast')

    // What was asked is in the usage.
    await tui.press('9', 'm')
    await tui.until(/fast +█+ +1 /)
  })
})
