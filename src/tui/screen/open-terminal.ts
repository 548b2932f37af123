import createProgram from 'blessed/lib/program.js'
import type { ReadStream, WriteStream } from 'node:tty'
import type { Area } from './span.ts'
import { createKeyReader, type Key } from './create-key-reader.ts'

export interface MouseEvent {
  kind: 'click' | 'wheel-up' | 'wheel-down'
  /** Columns and rows, from 0 on. */
  x: number
  y: number
}

/** The terminal in its other screen, without a cursor and in raw mode. Disposing it puts all back as it was. */
export interface Terminal extends Disposable {
  readonly size: Area
  write(text: string): void
  /** Puts it back for as long as the process is stopped. */
  leave(): void
  enter(): void
}

/** The other screen, and no cursor; the same in every terminal that has them, and nothing in others. */
const enterScreen = '\u001b[?1049h\u001b[?25l\u001b[H\u001b[2J'
const leaveScreen = '\u001b[?25h\u001b[?1049l'

/** Buttons and the wheel, with coordinates beyond 223; no movements, of which there would be many. */
const mouseModes = { vt200Mouse: true, sgrMouse: true }

export function openTerminal(options: {
  input: ReadStream
  output: WriteStream
  onKey: (key: Key) => void
  onMouse: (event: MouseEvent) => void
  onResize: () => void
}): Terminal {
  const { input, output, onKey, onMouse, onResize } = options
  // What is written here needs none of the capabilities of terminals, and to read them takes 3 MB.
  const program = createProgram({ input, output, zero: true, tput: false })
  const readKey = createKeyReader()
  let entered = false

  program.on(
    'keypress',
    (text: string | undefined, key: { full: string; ctrl?: boolean; meta?: boolean }) => {
      const pressed = readKey(text, key)
      if (pressed) onKey(pressed)
    },
  )
  program.on('mouse', ({ action, x, y }: { action: string; x: number; y: number }) => {
    if (action === 'mousedown') onMouse({ kind: 'click', x, y })
    else if (action === 'wheelup') onMouse({ kind: 'wheel-up', x, y })
    else if (action === 'wheeldown') onMouse({ kind: 'wheel-down', x, y })
  })
  program.on('resize', onResize)

  const enter = () => {
    if (entered) return
    entered = true
    input.setRawMode(true)
    input.resume()
    output.write(enterScreen)
    program.setMouse(mouseModes, true)
  }
  const leave = () => {
    if (!entered) return
    entered = false
    program.setMouse(Object.fromEntries(Object.keys(mouseModes).map((mode) => [mode, false])), false)
    output.write(leaveScreen)
    input.setRawMode(false)
  }
  // Whatever ends the process.
  process.once('exit', leave)
  enter()

  return {
    get size() {
      return { width: output.columns, height: output.rows }
    },
    write: (text) => void output.write(text),
    leave() {
      leave()
      input.pause()
    },
    enter,
    [Symbol.dispose]() {
      leave()
      process.removeListener('exit', leave)
      program.destroy()
      input.pause()
    },
  }
}
