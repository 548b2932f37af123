import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { array, assert, constant, constantFrom, nat, oneof, property, record } from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openLineFile, type LineFile, type LineFileOptions } from '../../src/logs/line-file.ts'
import { listRotated } from '../../src/logs/rotated-files.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const dayMs = 86_400_000
const start = Date.parse('2026-01-31T12:00:00.000Z')

const line = (n: number, { at = start, padding = '' } = {}) =>
  `${JSON.stringify({ time: new Date(at).toISOString(), level: 'info', message: 'm', n, padding })}\n`

function open(options: Partial<LineFileOptions> = {}): { path: string; file: LineFile } {
  const path = join(temporaryFolder(), 'logs', 'llmd.log')
  const file = openLineFile({ path, maxBytes: 1_000_000, keepFiles: 5, keepDays: 14, ...options })
  onTestFinished(() => file[Symbol.dispose]())
  return { path, file }
}

const numbers = (path: string): number[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text).n)

const allNumbers = (path: string) => [...listRotated(path).map((file) => file.path), path].flatMap(numbers)

describe('a file of lines', () => {
  it('is for its owner alone, as is a folder that was missing', () => {
    const { path, file } = open()
    file.write(line(1))
    file.flush()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
  })

  it('has a line soon, without being asked, and many lines at once', async () => {
    const { path, file } = open()
    file.write(line(1))
    await vi.waitFor(() => expect(numbers(path)).toEqual([1]), { timeout: 10_000, interval: 20 })
    for (let n = 2; n <= 400; n += 1) file.write(line(n))
    expect(statSync(path).size).toBeGreaterThan(16_384)
  })

  it('goes on where it was, and puts an end to a line that was torn', () => {
    const { path, file } = open({ now: () => start })
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${line(1)}{"time":"2026-0`, { mode: 0o644 })
    file.write(line(2))
    file.flush()
    expect(readFileSync(path, 'utf8')).toBe(`${line(1)}{"time":"2026-0\n${line(2)}`)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('is made anew where it was removed, renamed or emptied, or its folder removed', () => {
    const { path, file } = open()
    const after = (n: number, change: () => void) => {
      change()
      file.write(line(n))
      file.flush()
    }
    after(1, () => {})
    after(2, () => rmSync(path))
    expect(numbers(path)).toEqual([2])
    after(3, () => renameSync(path, `${path}.old`))
    expect([numbers(`${path}.old`), numbers(path)]).toEqual([[2], [3]])
    after(4, () => rmSync(dirname(path), { recursive: true }))
    expect(numbers(path)).toEqual([4])
    after(5, () => writeFileSync(path, ''))
    expect(numbers(path)).toEqual([5])
  })

  it('writes what waits when it is disposed', () => {
    const { path, file } = open()
    file.write(line(1))
    file[Symbol.dispose]()
    expect(numbers(path)).toEqual([1])
  })
})

describe('rotation', () => {
  it('loses no line and changes no order, whatever comes when', () => {
    assert(
      property(
        array(
          oneof(
            { weight: 8, arbitrary: record({ kind: constant('write'), size: nat(3000) }) },
            record({ kind: constantFrom('flush', 'reopen'), size: constant(0) }),
          ),
          { maxLength: 60 },
        ),
        (steps) => {
          const path = join(temporaryFolder(), 'llmd.log')
          const options = { path, maxBytes: 5000, keepFiles: 1000, keepDays: 14, now: () => start }
          let file = openLineFile(options)
          let written = 0
          for (const { kind, size } of steps) {
            if (kind === 'write') file.write(line((written += 1), { padding: 'x'.repeat(size) }))
            if (kind === 'flush') file.flush()
            if (kind === 'reopen') {
              file[Symbol.dispose]()
              file = openLineFile(options)
            }
          }
          file[Symbol.dispose]()
          const found = written === 0 ? [] : allNumbers(path)
          expect(found).toEqual(Array.from({ length: written }, (_, index) => index + 1))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('begins a new file at its size, and keeps so many former ones', () => {
    let now = start
    const { path, file } = open({ maxBytes: 1000, keepFiles: 2, now: () => (now += 1000) })
    for (let n = 1; n <= 10; n += 1) {
      file.write(line(n, { padding: 'x'.repeat(800) }))
      file.flush()
    }
    expect(allNumbers(path)).toEqual([8, 9, 10])
    expect(readdirSync(dirname(path))).toHaveLength(3)
    for (const { path: former } of listRotated(path)) expect(statSync(former).mode & 0o777).toBe(0o600)
  })

  it('begins a new file with its share of the days, by the time of its first line, and removes old ones', () => {
    let now = start
    const { path, file } = open({ keepFiles: 3, keepDays: 8, now: () => now })
    for (let day = 0; day < 20; day += 1) {
      now = start + day * dayMs
      file.write(line(day, { at: now }))
      file.flush()
    }
    const kept = allNumbers(path)
    expect(kept.at(-1)).toBe(19)
    expect(kept[0]).toBeGreaterThanOrEqual(19 - 8 - 3)
    expect(kept[0]).toBeLessThanOrEqual(19 - 8)
    expect(kept).toEqual(kept.map((_, index) => kept[0]! + index))
    now += 30 * dayMs
    file.write(line(20, { at: now }))
    file.flush()
    // The file that was written last has lines as old as its successor is young.
    expect(allNumbers(path).slice(-3)).toEqual([18, 19, 20])
  })

  it('keeps none where none are wanted', () => {
    const { path, file } = open({ maxBytes: 1000, keepFiles: 0 })
    for (let n = 1; n <= 3; n += 1) {
      file.write(line(n, { padding: 'x'.repeat(800) }))
      file.flush()
    }
    expect(allNumbers(path)).toEqual([3])
  })

  it('leaves files alone that are not its own', () => {
    const { path, file } = open({ maxBytes: 1000, keepFiles: 0 })
    file.write(line(1))
    file.flush()
    const others = ['llmd.log.gz', 'llmd.notes.log', 'other.2026-01-31T12-00-00.000Z.log', 'stderr.log']
    for (const name of others) writeFileSync(join(dirname(path), name), '')
    file.write(line(2, { padding: 'x'.repeat(1000) }))
    file.flush()
    expect(readdirSync(dirname(path)).toSorted()).toEqual(['llmd.log', ...others].toSorted())
  })
})

const entriesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text))

describe('a file that cannot be written', () => {
  it('counts what does not fit while it waits, and says so afterwards', async () => {
    const { path, file } = open({ maxBytes: 10_000_000 })
    mkdirSync(dirname(path), { recursive: true })
    // Every write to it fails as on a full disk.
    symlinkSync('/dev/full', path)
    const padding = 'x'.repeat(10_000)
    for (let n = 1; n <= 300; n += 1) file.write(line(n, { padding }))
    rmSync(path)
    await vi.waitFor(() => expect(statSync(path).size).toBeGreaterThan(1_000_000), {
      timeout: 10_000,
      interval: 20,
    })
    file.write(line(301))
    file.flush()
    const entries = entriesOf(path)
    const kept = entries.findIndex(({ message }) => message === 'lines of the log were lost')
    const reason = expect.stringContaining('ENOSPC')
    expect(entries[kept]).toMatchObject({ level: 'warn', lost: 300 - kept, reason })
    expect(entries.slice(0, kept).map(({ n }) => n)).toEqual(
      Array.from({ length: kept }, (_, index) => index + 1),
    )
    expect(entries.slice(kept + 1).map(({ n }) => n)).toEqual([301])
  })

  it('loses nothing that fits while it waits', () => {
    const { path, file } = open()
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync('/dev/full', path)
    file.write(line(1))
    file.flush()
    file.write(line(2))
    file.flush()
    rmSync(path)
    file.flush()
    expect(numbers(path)).toEqual([1, 2])
  })

  // Root may rename anything anywhere.
  it.skipIf(process.getuid?.() === 0)('goes on in the same file where that cannot be renamed', () => {
    const { path, file } = open({ maxBytes: 1000 })
    file.write(line(1, { padding: 'x'.repeat(800) }))
    file.flush()
    chmodSync(dirname(path), 0o500)
    onTestFinished(() => chmodSync(dirname(path), 0o700))
    file.write(line(2, { padding: 'x'.repeat(800) }))
    file.flush()
    expect(entriesOf(path).map(({ n, message }) => n ?? message)).toEqual([
      1,
      2,
      expect.stringContaining('could not be renamed'),
    ])
  })
})
