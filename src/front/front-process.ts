import type { ChildProcess } from 'node:child_process'
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../log.ts'
import { fromFrontSchema, type FromFront, type Report, type Snapshot, type ToFront } from './protocol.ts'

/** What fronts are to know, and the number of that state. */
export interface VersionedSnapshot {
  version: number
  snapshot: Snapshot
}

/** One front as its daemon sees it. */
export interface FrontProcess {
  readonly pid: number
  readonly startedAt: Date
  readonly memoryBytes: number
  /** Resolves when it takes requests, or is gone. */
  readonly listening: Promise<void>
  /** Resolves when the process is gone, whoever ended it. */
  readonly exited: Promise<void>
  /** Resolves when it goes by this. One that does not within two seconds is killed. */
  tell(news: VersionedSnapshot): Promise<void>
  cancel(id: string): void
  /** Refuses what is new, and ends what is open when its time is over; all has been reported when it resolves. */
  drain(graceMs: number): Promise<void>
  /** Ends the process, once what it has written is with its clients. */
  close(): Promise<void>
}

/** Longest wait until it goes by something new: until then, what was revoked may still be used. */
const applyMs = 2000
/** Longest wait for what is left to do after a drain. */
const closeMs = 3000
/** It makes itself heard every second. */
const silentSeconds = 15

/** @param options.begin what it is to begin with; asked for when it is ready for it */
export function followFront(options: {
  /** As forkFront made it; it belongs to the front from here on. */
  child: ChildProcess
  begin: () => Extract<ToFront, { type: 'start' }>
  onReport: (report: Report) => void
  log: Log
}): FrontProcess {
  const { child, begin, onReport, log } = options
  const startedAt = new Date()
  const listening = Promise.withResolvers<void>()
  const drained = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve()).once('error', () => resolve())
  })
  let told = 0
  let applied = 0
  let begun = false
  let memoryBytes = 0
  let silence = 0
  const waiting = new Set<() => void>()

  const send = (message: ToFront) => {
    if (child.connected) child.send(message, () => {})
  }

  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }

  function receive(message: FromFront): void {
    silence = 0
    if (message.type === 'report') onReport(message)
    else if (message.type === 'alive') memoryBytes = message.memoryBytes
    else if (message.type === 'listening') listening.resolve()
    else if (message.type === 'drained') drained.resolve()
    else if (message.type === 'closed') closed.resolve()
    else if (message.type === 'applied') {
      applied = message.version
      for (const check of waiting) check()
    } else {
      begun = true
      const start = begin()
      told = start.version
      // Nothing is asked of it before.
      applied = start.version
      send(start)
    }
  }

  child.on('message', (raw) => {
    const { data: message, error } = fromFrontSchema.safeParse(raw)
    if (message) return receive(message)
    log.error('a front sent what cannot be understood and is ended', {
      pid: child.pid,
      reason: error.message,
    })
    void kill()
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter(Boolean)) log.warn('a front says', { pid: child.pid, line })
  })
  const watchdog = setInterval(() => {
    silence += 1
    if (silence <= silentSeconds) return
    log.error('nothing is heard of a front and it is ended', { pid: child.pid })
    void kill()
  }, 1000).unref()
  const tidyUp = () => {
    clearInterval(watchdog)
    listening.resolve()
    drained.resolve()
    closed.resolve()
    for (const check of waiting) check()
  }
  void exited.then(tidyUp)

  const isGone = () => child.exitCode !== null || child.signalCode !== null

  /** Resolves when it has said that it goes by this version, or is gone. */
  function hasApplied(version: number): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (applied < version && !isGone()) return
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
      check()
    })
  }

  return {
    pid: child.pid ?? 0,
    startedAt,
    get memoryBytes() {
      return memoryBytes
    },
    listening: listening.promise,
    exited,
    async tell({ version, snapshot }) {
      // It will begin with this or with what is newer.
      if (!begun || isGone()) return
      if (told < version) send({ type: 'snapshot', version, snapshot })
      told = Math.max(told, version)
      if (await within(applyMs, hasApplied(version))) return
      log.error('a front does not take in what has changed and is ended', { pid: child.pid })
      await kill()
    },
    cancel: (id) => send({ type: 'cancel', id }),
    async drain(graceMs) {
      if (!begun) return kill()
      send({ type: 'drain', graceMs })
      await within(graceMs + closeMs, drained.promise)
    },
    async close() {
      if (begun) send({ type: 'close' })
      if (begun) await within(closeMs, closed.promise)
      await kill()
    },
  }
}

/** Whether it has come to its end within this time. */
async function within(ms: number, end: Promise<void>): Promise<boolean> {
  const timer = new AbortController()
  const late = delay(ms, false, { signal: timer.signal })
    // What has come in meanwhile is read first: this process may have been busy itself.
    .then(() => turn(false))
    .catch(() => false)
  const inTime = await Promise.race([end.then(() => true), late])
  timer.abort()
  return inTime
}
