import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { createLlmd, program } from '../end-to-end/llmd.ts'
import { hasTmux, openTmux } from '../end-to-end/open-tmux.ts'
import { openTuiDaemon } from '../end-to-end/open-tui-daemon.ts'
import { isLong, report } from './start-daemon.ts'

const floodSeconds = isLong ? 10 : 3
const idleLooks = isLong ? 30 : 3
const hasProc = process.platform === 'linux'

async function openTui({ width = 80, height = 24 } = {}) {
  const daemon = await openTuiDaemon({ name: 'm' })
  const terminal = await openTmux({
    width,
    height,
    command: `exec ${process.execPath} ${program} tui --host ${daemon.address} --token x`,
    env: { LLMD_HOME: createLlmd().home, TERM: 'screen-256color', LANG: 'C.UTF-8' },
  })
  return { daemon, terminal }
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

/** Milliseconds in which it has computed so far: however much else the machine has to do, these stay the same. */
function computedMs(pid: number): number {
  return readdirSync(`/proc/${pid}/task`)
    .map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
    .reduce((sum, ms) => sum + ms, 0)
}

const atShare = (values: readonly number[], share: number) =>
  values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) * share)] ?? NaN

describe.skipIf(!hasTmux || !hasProc)('llmd tui (needs tmux and /proc)', () => {
  it('begins soon, and takes next to nothing while nothing happens', { timeout: 60_000 }, async () => {
    const { daemon, terminal } = await openTui()
    const child = await terminal.pid()
    await terminal.until(/1 Overview[^]*Requests\/s[^]*q Quit/)
    const begun = computedMs(child)
    const nextLooks = async (count: number) => {
      const first = daemon.looks
      await vi.waitFor(() => expect(daemon.looks).toBeGreaterThanOrEqual(first + count), {
        timeout: 40_000,
        interval: 20,
      })
    }
    await nextLooks(1)
    const since = performance.now()
    const before = computedMs(child)
    await nextLooks(idleLooks)
    const share = (computedMs(child) - before) / (performance.now() - since)
    const bytes = residentBytes(child)
    report('llmd tui', {
      'first screen': `${begun.toFixed()} ms of computing`,
      idle: `${(share * 100).toFixed(2)} % of a core`,
      memory: `${(bytes / 1e6).toFixed(1)} MB`,
    })
    expect(begun).toBeLessThan(500)
    expect(share).toBeLessThanOrEqual(0.01)
    expect(bytes).toBeLessThanOrEqual(90e6)
  })

  it('answers keys at once while 10,000 lines a second come', { timeout: 60_000 }, async () => {
    const { daemon, terminal } = await openTui({ width: 200, height: 50 })
    await terminal.press('4')
    await terminal.until('FOLLOWING')
    const child = await terminal.pid()
    const before = residentBytes(child)
    const timeKey = await terminal.timeKeys()
    const flood = daemon.flood({ linesPerSecond: 10_000, seconds: floodSeconds })
    await terminal.until(/FOLLOWING +\d{4,} lines/)
    const times: number[] = []
    while (!flood.isOver()) {
      times.push(await timeKey('f', 'FROZEN'))
      await flood.more(400)
      times.push(await timeKey('f', 'FOLLOWING'))
      await flood.more(400)
    }
    await terminal.until(/FOLLOWING/)
    const grown = residentBytes(child) - before
    const late = atShare(times, 0.95)
    report('llmd tui in a flood of lines', {
      keys: times.length,
      median: `${atShare(times, 0.5).toFixed()} ms`,
      '95th': `${late.toFixed()} ms`,
      last: `${atShare(times, 1).toFixed()} ms`,
      grown: `${(grown / 1e6).toFixed(1)} MB`,
    })
    expect(late).toBeLessThan(100)
    expect(grown).toBeLessThan(50e6)
    await terminal.until(isLong ? /50\d\d\d lines/ : /[23]\d\d\d\d lines/)
  })
})
