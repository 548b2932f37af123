import type { ReadStream, WriteStream } from 'node:tty'
import { takeSignal } from '../../cli/take-signal.ts'
import type { Connection } from '../../client/connect.ts'
import { createReducer } from '../app/create-reducer.ts'
import { initialState } from '../app/state.ts'
import { viewFrame } from '../app/view-frame.ts'
import type { Message } from '../contract.ts'
import { createPainter } from '../screen/create-painter.ts'
import { openTerminal, type MouseEvent } from '../screen/open-terminal.ts'
import type { Line } from '../screen/span.ts'
import { createTheme } from '../screen/theme.ts'
import { createTabs } from '../tabs/create-tabs.ts'
import { clickAt } from './click-at.ts'
import { createFrames } from './create-frames.ts'
import { followDaemonLog } from './follow-daemon-log.ts'
import { performOutside } from './perform-outside.ts'
import { showsUnicode } from './shows-unicode.ts'
import { suspendProcess } from './suspend-process.ts'
import { watchDaemon } from './watch-daemon.ts'

export interface TuiOptions {
  /** The connection to begin with. */
  connection: Connection
  /** Another one, for when that is lost. @throws LlmdError `daemon_unreachable` */
  connect: () => Promise<Connection>
  /** The daemon, for people. */
  target: string
  env: NodeJS.ProcessEnv
  input: ReadStream
  output: WriteStream
}

const tickMs = 500
const wheelRows = 3

/**
 * Shows the daemon until whoever looks has seen enough.
 * @returns the exit code
 * @throws whatever failed unforeseen, with the terminal as it was
 */
export async function runTui(options: TuiOptions): Promise<number> {
  const { connect, target, env, input, output } = options
  let { client } = options.connection
  const end = Promise.withResolvers<number>()
  const stop = new AbortController()
  const tabs = createTabs()
  const reduce = createReducer(tabs)
  let shown: readonly Line[] = []

  using terminal = openTerminal({ input, output, onKey, onMouse, onResize })
  const theme = createTheme({ colours: 2 ** output.getColorDepth(env), env })
  const painter = createPainter({ theme, unicode: showsUnicode(env) })
  let state = initialState({
    target,
    size: terminal.size,
    now: Date.now(),
    tab: tabs[0]?.id ?? '',
    tabs: Object.fromEntries(tabs.map(({ id, initial }) => [id, initial])),
  })
  const frames = createFrames(() => {
    shown = viewFrame(state, tabs)
    const text = painter.paint(shown, state.size)
    if (text !== '') terminal.write(text)
  })

  function dispatch(message: Message): void {
    const { state: next, effects = [] } = reduce(state, message)
    const changed = next !== state
    state = next
    for (const effect of effects) {
      void performOutside(effect, {
        client: () => client,
        dispatch,
        write: (text) => terminal.write(text),
        followLog: () => void followDaemonLog({ connect, signal: stop.signal, dispatch }),
        redraw,
        suspend,
        quit: () => end.resolve(0),
      })
    }
    if (changed) frames.request(message.type === 'key' ? 'soon' : 'later')
  }

  function onKey(key: { key: string; text?: string }): void {
    dispatch({ type: 'key', ...key })
  }

  function onMouse({ kind, x, y }: MouseEvent): void {
    if (kind !== 'click') return dispatch({ type: 'wheel', by: kind === 'wheel-up' ? -wheelRows : wheelRows })
    const click = clickAt(shown, x, y)
    if (click) dispatch(click)
  }

  function onResize(): void {
    painter.forget()
    dispatch({ type: 'resize', size: terminal.size })
  }

  function redraw(): void {
    terminal.write('\u001b[2J')
    painter.forget()
    frames.request('soon')
  }

  function suspend(): void {
    terminal.leave()
    suspendProcess(() => {
      terminal.enter()
      onResize()
    })
  }

  const onCrash = (error: unknown) => end.reject(error)
  process.once('uncaughtException', onCrash)
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const) {
    takeSignal(signal, () => end.resolve(code))
  }
  takeSignal('SIGTSTP', suspend)
  const ticks = setInterval(() => dispatch({ type: 'tick', now: Date.now() }), tickMs)
  const watching = watchDaemon({
    first: options.connection,
    connect,
    signal: stop.signal,
    dispatch,
    onConnection: (connection) => {
      client = connection.client
    },
  })
  dispatch({ type: 'tick', now: Date.now() })
  frames.now()
  try {
    return await end.promise
  } finally {
    clearInterval(ticks)
    frames.end()
    stop.abort()
    await watching
    process.removeListener('uncaughtException', onCrash)
  }
}
