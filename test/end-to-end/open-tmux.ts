import { execFile, spawn, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { onTestFinished, vi } from 'vitest'

const run = promisify(execFile)

/** Whether this machine can show what a terminal shows. */
export const hasTmux = spawnSync('tmux', ['-V']).status === 0

export interface Tmux {
  /** What the terminal shows; with `colours`, also how. */
  screen(options?: { colours?: boolean }): Promise<string>
  /** Keys by tmux's names: `Enter`, `C-z`, `a`. */
  press(...keys: string[]): Promise<void>
  type(text: string): Promise<void>
  resize(width: number, height: number): Promise<void>
  /** The screen, once the text or pattern is on it. */
  until(wanted: string | RegExp): Promise<string>
  /** The process that runs the command. */
  pid(): Promise<number>
  /** Times keys without a process for each and without looking again and again. */
  timeKeys(): Promise<KeyTimer>
}

/** Milliseconds from a key until the program has written a text. */
type KeyTimer = (key: string, written: string) => Promise<number>

let opened = 0

/** A terminal of its own, on a server of its own, that runs a command of a shell until the test ends. */
export async function openTmux(options: {
  command: string
  width: number
  height: number
  env?: Record<string, string>
}): Promise<Tmux> {
  const { command, width, height, env = {} } = options
  opened += 1
  const server = `llmd-${process.pid}-${opened}`
  const tmux = async (...args: string[]) => (await run('tmux', ['-L', server, ...args])).stdout
  onTestFinished(() => void spawnSync('tmux', ['-L', server, 'kill-server']))
  const environment = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`])
  const size = ['-x', String(width), '-y', String(height)]
  // Nobody's own settings.
  await run('tmux', [
    '-L',
    server,
    '-f',
    '/dev/null',
    '-u',
    'new-session',
    '-d',
    ...size,
    ...environment,
    command,
  ])

  const screen = ({ colours = false } = {}) => tmux('capture-pane', '-p', ...(colours ? ['-e'] : []))
  return {
    screen,
    async press(...keys) {
      await tmux('send-keys', ...keys)
    },
    async type(text) {
      await tmux('send-keys', '-l', text)
    },
    async resize(columns, rows) {
      await tmux('resize-window', '-x', String(columns), '-y', String(rows))
    },
    until: (wanted) =>
      vi.waitFor(
        async () => {
          const shown = await screen()
          if (typeof wanted === 'string' ? shown.includes(wanted) : wanted.test(shown)) return shown
          throw new Error(`The screen does not show ${String(wanted)}:\n${shown}`)
        },
        { timeout: 10_000, interval: 20 },
      ),
    pid: async () => Number(await tmux('display-message', '-p', '#{pane_pid}')),
    timeKeys: () => openKeyTimer(server),
  }
}

/** Tmux's control mode tells at once of all that is written. */
async function openKeyTimer(server: string): Promise<KeyTimer> {
  const control = spawn('tmux', ['-L', server, '-C', 'attach', '-f', 'ignore-size'])
  onTestFinished(() => void control.kill())
  control.stdin.on('error', () => {})
  let wanted: { text: string; found: () => void } | undefined
  let last = ''
  control.stdout.setEncoding('utf8').on('data', (piece: string) => {
    if (!wanted) return
    // A text may come in two pieces.
    last += piece
    if (last.includes(wanted.text)) wanted.found()
    last = last.slice(-100)
  })
  await new Promise((resolve) => control.stdout.once('data', resolve))
  return async (key, written) => {
    const found = new Promise<void>((resolve) => {
      last = ''
      wanted = { text: written, found: resolve }
    })
    const begun = performance.now()
    control.stdin.write(`send-keys ${key}\n`)
    await found
    wanted = undefined
    return performance.now() - begun
  }
}
