import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openRequestListSchema } from '../../src/api/requests.ts'
import { openFakeProvider } from '../fixtures/fake-provider.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { createLlmd, kill, program, type Llmd } from './llmd.ts'
import { hasTmux, openTmux } from './open-tmux.ts'
import { openTuiDaemon } from './open-tui-daemon.ts'

const node = process.execPath

/** The TUI in a terminal. */
function openTui(
  llmd: Llmd,
  {
    width = 80,
    height = 24,
    args = '',
    env = {},
    before = '',
  }: { width?: number; height?: number; args?: string; env?: Record<string, string>; before?: string } = {},
) {
  return openTmux({
    width,
    height,
    command: `${before} exec ${node} ${program} tui ${args}`,
    env: { LLMD_HOME: llmd.home, TERM: 'screen-256color', LANG: 'C.UTF-8', TZ: 'UTC', ...env },
  })
}

async function openRequests(llmd: Llmd) {
  const { stdout } = await llmd.run(['requests', '--json'])
  return openRequestListSchema.parse(JSON.parse(stdout)).data
}

it('without a terminal it says what to do instead', async () => {
  const llmd = createLlmd()
  expect(await llmd.run(['tui'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^Error: This needs a terminal\.\nHint: .*llmd status/),
  })
})

describe.skipIf(!hasTmux)('in a terminal (needs tmux)', () => {
  /** For those who only look at it. */
  let shared: Llmd
  const opened = new DisposableStack()
  beforeAll(async () => {
    shared = createLlmd((end) => opened.defer(end))
    await shared.run(['start', '--port', '0'])
  })
  afterAll(() => opened.dispose())

  it.each([
    [80, 24],
    [200, 50],
  ])('every tab is shown at %d x %d', async (width, height) => {
    const tui = await openTui(shared, { width, height })
    await tui.until(/Requests\/s[^]*Tokens\/s[^]*Memory[^]*Recent errors/)
    await tui.press('2')
    await tui.until(/▌llmd-demo +/)
    await tui.press('3')
    await tui.until('No request came since this was opened.')
    await tui.press('4')
    await tui.until(/FOLLOWING +\d+ lines/)
    await tui.press('?')
    const help = await tui.until('Everywhere')
    expect(help.trimEnd().split('\n')).toHaveLength(height)
    await tui.press('?')
    await tui.until('FOLLOWING')
  })

  it('a request appears while it is answered, and is cancelled', async () => {
    const provider = await openFakeProvider()
    const llmd = createLlmd()
    await llmd.run(['start', '--port', '0'])
    const add = ['providers', 'add', 'lab', '--base-url', provider.baseUrl, '--prefix', 'lab/']
    expect(await llmd.run([...add, '--model', 'chat-small'])).toMatchObject({ code: 0 })
    provider.answers.chat = (_request, response) => drip(response)
    const tui = await openTui(llmd, { width: 120, height: 30 })
    await tui.press('3')
    await tui.until('No request came')
    const run = llmd.run(['run', 'lab/chat-small', 'Hello'])
    await tui.until(/lab\/chat-small .*answering/)
    expect(await openRequests(llmd)).toHaveLength(1)
    await tui.press('x')
    await tui.until('Cancel this request?')
    await tui.press('y')
    await tui.until(/✗ request_c/)
    expect(await run).toMatchObject({ code: 6 })
    expect(await openRequests(llmd)).toEqual([])
    await tui.press('Enter')
    await tui.until(/Answered by +lab\/chat-small|Answered by +chat-small/)
  })

  it('a model is loaded, edited and unloaded by keys alone', async () => {
    const llmd = createLlmd()
    await llmd.run(['start', '--port', '0'])
    const tui = await openTui(llmd)
    await tui.press('2')
    await tui.until('○ unloaded')
    await tui.press('e')
    await tui.until('Edit llmd-demo')
    await tui.type('8')
    await tui.press('C-s')
    await tui.until('>=16')
    await tui.press('C-u')
    await tui.type('512')
    await tui.press('C-s')
    await tui.until('llmd-demo is saved')
    await tui.press('l')
    await tui.until(/● ready.* \d+\/512 /)
    await tui.press('u')
    await tui.until('○ unloaded')
    const { stdout } = await llmd.run(['models', 'show', 'llmd-demo', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ state: 'unloaded', options: { context: 512 } })
  })

  it('the daemon may be killed and come back', async () => {
    const llmd = createLlmd()
    await llmd.run(['start', '--port', '0'])
    const tui = await openTui(llmd)
    await tui.press('2')
    await tui.until('llmd-demo')
    kill(JSON.parse(readFileSync(join(llmd.home, 'run/daemon.json'), 'utf8')).pid)
    await tui.until(/Trying again, for \d+ seconds? now\./)
    await llmd.run(['start', '--port', '0'])
    await tui.until('The daemon is there again.')
    await tui.press('l')
    expect(await tui.until('● ready')).toContain('llmd-demo')
  })

  it('the window may change its size at any time', async () => {
    const tui = await openTui(shared)
    await tui.until('Requests/s')
    for (let step = 0; step < 30; step += 1)
      await tui.resize(40 + ((step * 37) % 220), 10 + ((step * 13) % 60))
    await tui.resize(59, 24)
    await tui.until('This needs 60 columns')
    await tui.resize(100, 30)
    const shown = await tui.until(/╰─+╯\n : Command/)
    expect(shown.trimEnd().split('\n')).toHaveLength(30)
  })

  it.each<[end: NodeJS.Signals | 'a crash' | 'q', code: number]>([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['a crash', 1],
    ['q', 0],
  ])('the terminal is as it was after %s', async (end, code) => {
    const folder = temporaryFolder()
    const crash = join(folder, 'crash.mjs')
    writeFileSync(crash, "process.on('SIGUSR2', () => { throw new Error('planted') })\n")
    const env = {
      LLMD_HOME: shared.home,
      TERM: 'screen-256color',
      LANG: 'C.UTF-8',
      NODE_OPTIONS: `--import=${crash}`,
    }
    const command = `echo before; stty -a > ${folder}/stty1; ${node} ${program} tui; echo code $?; stty -a > ${folder}/stty2; exec sleep 60`
    const tui = await openTmux({ width: 80, height: 24, command, env })
    await tui.until('Requests/s')
    const child = Number(spawnSync('pgrep', ['-P', String(await tui.pid())], { encoding: 'utf8' }).stdout)
    if (end === 'q') await tui.press('q')
    else process.kill(child, end === 'a crash' ? 'SIGUSR2' : end)
    const shown = await tui.until(`code ${code}`)
    expect(shown).toContain('before')
    expect(shown).not.toContain('Requests/s')
    if (end === 'a crash') expect(shown).toContain('planted')
    await vi.waitFor(() => {
      const [before, after] = ['stty1', 'stty2'].map((name) => readFileSync(join(folder, name), 'utf8'))
      expect(after).toBe(before)
    })
  })

  it('^Z puts it aside, and fg brings it back', async () => {
    const env = { LLMD_HOME: shared.home, TERM: 'screen-256color', LANG: 'C.UTF-8' }
    const tui = await openTmux({ width: 80, height: 24, command: 'bash --norc --noprofile', env })
    await tui.until(/[#$]$/m)
    await tui.type(`${node} ${program} tui`)
    await tui.press('Enter')
    await tui.until('Requests/s')
    await tui.press('C-z')
    const shell = await tui.until(/Stopped[^]*[#$]$/m)
    expect(shell).not.toContain('Requests/s')
    await tui.type('fg')
    await tui.press('Enter')
    await tui.until(/Requests\/s[^]*q Quit/)
    await tui.press('2')
    await tui.until('llmd-demo')
  })

  it('colours go with NO_COLOR, and all but ASCII where the terminal shows no more', async () => {
    const colourless = await openTui(shared, { env: { NO_COLOR: '1' } })
    await colourless.until('Requests/s')
    await colourless.until(/llmd \d/)
    expect(await colourless.screen({ colours: true })).not.toMatch(/[[;][34][0-8][;m]/)
    const ascii = await openTui(shared, { env: { LC_ALL: 'C' } })
    // oxlint-disable-next-line no-control-regex -- the whole of ASCII
    expect(await ascii.until(/\+- Requests\/s -+/)).toMatch(/^[\u0000-\u007f]*$/)
  })

  it('hostile names and lines of the log are shown, and do nothing', async () => {
    const hostile = '\u001b[2J\u001b[31mred\u009b31m\r\n\u202ereversed\u0007{red-fg}日本語🤖'
    const daemon = await openTuiDaemon({ name: hostile })
    const tui = await openTui(createLlmd(), { args: `--host ${daemon.address} --token x`, width: 170 })
    await tui.press('2')
    const models = await tui.until('{red-fg}日本語🤖')
    expect(models).toContain('[2J[31mred31m reversed{red-fg}日本語🤖')
    expect(models.split('\n')[1]).toContain('1 Overview')
    await tui.press('4')
    daemon.log(hostile)
    const logs = await tui.until('reversed{red-fg}日本語🤖')
    expect(logs.split('\n')[1]).toContain('1 Overview')
    expect(await tui.screen({ colours: true })).not.toContain('31m\u001b[31m')
  })
})

/** An answer that does not end. */
function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const chunk = {
    id: 'x',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content: 'word ' } }],
  }
  const timer = setInterval(() => response.write(`data: ${JSON.stringify(chunk)}\n\n`), 50)
  response.once('close', () => clearInterval(timer))
}
