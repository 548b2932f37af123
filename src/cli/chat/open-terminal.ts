import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { ReadStream, WriteStream } from 'node:tty'
import type { Paint } from '../paint.ts'
import { safeLines } from '../safe-text.ts'
import { writePainted } from '../write-painted.ts'
import type { InputHistory } from './input-history.ts'
import type { ChatTerminal, TypedLine } from './terminal.ts'

/** Asks terminals to tell what is pasted from what is typed. */
const tellPastes = '\x1b[?2004h'
const tellNoPastes = '\x1b[?2004l'
const eraseLine = '\r\x1b[K'

/** The terminal of this process, until it is disposed. What is typed while an answer comes is kept for the next line. */
export function openTerminal(options: {
  input: ReadStream
  output: WriteStream
  history: InputHistory
  paint: Paint
}): ChatTerminal & Disposable {
  const { input, output, history, paint } = options
  const echo = createEcho(output)
  const lines = createInterface({
    input,
    output: echo.stream,
    terminal: true,
    history: [...history.lines],
    historySize: Math.max(1000, history.lines.length),
    removeHistoryDuplicates: true,
  })
  const typed: TypedLine[] = []
  let pasted: string[] | null = null
  let before: string[] = []
  let isClosed = false
  let answering: AbortController | null = null
  let settle: ((line: TypedLine) => void) | null = null

  const give = (line: TypedLine) => {
    const waiting = settle
    settle = null
    echo.isMuted = true
    if (waiting) waiting(line)
    else typed.push(line)
  }

  lines.on('line', (line) => {
    history.add(line)
    if (pasted) {
      pasted.push(line)
      return
    }
    const text = [...before, line].join('\n')
    before = []
    give({ text })
  })
  lines.on('SIGINT', () => {
    before = []
    if (answering) {
      answering.abort()
      return
    }
    for (const name of ['e', 'u']) lines.write(null, { ctrl: true, name })
    output.write('\n')
    give('interrupted')
  })
  lines.on('close', () => {
    isClosed = true
    answering?.abort()
    give('closed')
  })
  const onKey = (_text: unknown, key: { name?: string } | undefined) => {
    if (key?.name === 'paste-start') pasted = []
    if (key?.name !== 'paste-end' || !pasted) return
    before.push(...pasted)
    pasted = null
  }
  input.on('keypress', onKey)
  output.write(tellPastes)

  return {
    readLine(prompt) {
      const ready = isClosed ? 'closed' : typed.shift()
      if (ready !== undefined) {
        if (typeof ready === 'object') output.write(`${prompt}${safeLines(ready.text)}\n`)
        return Promise.resolve(ready)
      }
      return new Promise((resolve) => {
        settle = resolve
        echo.isMuted = false
        lines.setPrompt(prompt)
        lines.prompt(true)
      })
    },
    write: (text) => writePainted(safeLines(text)),
    writeThought: (text) => writePainted(paint('dim', safeLines(text))),
    say: (text) => void output.write(`${safeLines(text)}\n`),
    remark: (text) => void process.stderr.write(`${paint('dim', safeLines(text))}\n`),
    wait(text) {
      output.write(paint('dim', `${text} ...`))
      return () => void output.write(eraseLine)
    },
    async during(work) {
      answering = new AbortController()
      try {
        return await work(answering.signal)
      } finally {
        answering = null
      }
    },
    [Symbol.dispose]() {
      input.off('keypress', onKey)
      echo.close()
      lines.close()
      output.write(tellNoPastes)
    },
  }
}

/** What readline shows of the line that is typed, which must not get into an answer. */
function createEcho(output: WriteStream) {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!echo.isMuted) output.write(chunk)
      // At once: what waited here would be judged by what holds later.
      done()
    },
  })
  Object.defineProperty(stream, 'columns', { get: () => output.columns })
  const onResize = () => void stream.emit('resize')
  output.on('resize', onResize)
  const echo = { stream, isMuted: true, close: () => void output.off('resize', onResize) }
  return echo
}
