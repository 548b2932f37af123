import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogEntry } from '../../src/api/logs.ts'
import {
  appendLines,
  emptyBuffer,
  filterLines,
  findLine,
  lineAt,
  sliceLines,
  type LineBuffer,
} from '../../src/tui/journal/line-buffer.ts'
import { openApp } from './open-app.ts'

function entry(message: string, difference: Partial<LogEntry> = {}): LogEntry {
  return { time: '2026-01-31T12:00:00.000Z', level: 'info', message, ...difference }
}

function isHundredth(line: number): boolean {
  return line % 100 === 0
}

describe('a buffer of lines', () => {
  it('holds the last lines, whatever came in which portions', () => {
    const portions = fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 12 })
    fc.assert(
      fc.property(portions, (sizes) => {
        const limit = 2000
        let buffer: LineBuffer<number> = emptyBuffer
        const all: number[] = []
        for (const size of sizes) {
          const lines = Array.from({ length: size }, (_, index) => all.length + index)
          all.push(...lines)
          buffer = appendLines(buffer, lines, limit)
        }
        const kept = all.slice(buffer.gone)
        expect(kept).toHaveLength(buffer.length)
        // At the limit some hundred more may be left than it says, never fewer.
        expect(buffer.length).toBeGreaterThanOrEqual(Math.min(limit, all.length))
        expect(buffer.length).toBeLessThan(limit + 512)
        expect(sliceLines(buffer, 0, Infinity)).toEqual(kept)
        expect(sliceLines(buffer, 500, 100)).toEqual(kept.slice(500, 600))
        expect(lineAt(buffer, 1234)).toBe(kept[1234])
        expect(
          sliceLines(
            filterLines(buffer, (line) => line % 7 === 0),
            0,
            Infinity,
          ),
        ).toEqual(kept.filter((line) => line % 7 === 0))
        expect(findLine(buffer, isHundredth, { from: buffer.length - 1, step: -1 })).toBe(
          kept.findLastIndex(isHundredth),
        )
      }),
      { numRuns: 30 },
    )
  })
})

describe('the log', () => {
  it('is followed from the first look on', () => {
    const app = openApp()
    expect(app.effects).not.toContainEqual({ type: 'follow-log' })
    app.press('4')
    expect(app.effects).toContainEqual({ type: 'follow-log' })
    app.send({ type: 'log', entries: [entry('first')] })
    expect(app.screen()).toContain('FOLLOWING  1 lines')
    expect(app.screen()).toContain('first')
  })

  it('is narrowed by level, model and text, and widened by esc', () => {
    const app = openApp()
    app.press('4')
    app.send({
      type: 'log',
      entries: [
        entry('one', { model: 'a' }),
        entry('two', { level: 'error' }),
        entry('three', { level: 'warn', model: 'b' }),
      ],
    })
    app.press('v', 'v')
    expect(app.screen()).toMatch(/2 of 3 lines +warn and above/)
    expect(app.screen()).not.toContain('one')
    app.press('m', 'b', 'enter')
    expect(app.screen()).toContain('1 of 3 lines')
    app.send({
      type: 'log',
      entries: [entry('four', { level: 'error', model: 'b' }), entry('five', { level: 'error' })],
    })
    expect(app.screen()).toContain('2 of 5 lines')
    app.press('/')
    app.type('FOUR')
    expect(app.screen()).toContain('1 of 5 lines')
    app.press('enter', 'escape')
    expect(app.screen()).toContain(' 5 lines')
  })

  it('stands still while it is frozen, and goes on with all that came', () => {
    const app = openApp()
    app.press('4')
    app.send({ type: 'log', entries: [entry('before')] })
    app.press('f')
    app.send({ type: 'log', entries: [entry('meanwhile')] })
    expect(app.screen()).toContain('FROZEN, 1 waiting')
    expect(app.screen()).not.toContain('meanwhile')
    app.press('f')
    expect(app.screen()).toContain('meanwhile')
  })

  it('is left standing at the cursor, searched, and followed again', () => {
    const app = openApp()
    app.press('4')
    app.send({ type: 'log', entries: Array.from({ length: 200 }, (_, index) => entry(`line ${index}.`)) })
    expect(app.screen()).toContain('line 199.')
    app.press('s')
    app.type('line 15.')
    app.press('enter')
    expect(app.screen()).toContain('STANDING')
    expect(app.screen()).toContain('line 15.')
    app.send({ type: 'log', entries: [entry('news')] })
    expect(app.screen()).not.toContain('news')
    app.press('G')
    expect(app.screen()).toContain('news')
  })

  it('says how many lines it could not read', () => {
    const app = openApp()
    app.press('4')
    app.send({ type: 'log', entries: [entry('x')] })
    app.send({ type: 'log-lost', count: 30 })
    expect(app.screen()).toContain('30 lost')
  })

  it('takes 10,000 lines a second in its stride', () => {
    const app = openApp()
    app.press('4')
    const lines = Array.from({ length: 330 }, (_, index) =>
      entry(`request ${index}`, { model: 'm', ms: index }),
    )
    const begun = performance.now()
    for (let picture = 0; picture < 300; picture += 1) {
      app.send({ type: 'log', entries: lines })
      app.screen()
    }
    // 99,000 lines, as ten seconds bring.
    expect(performance.now() - begun).toBeLessThan(5000)
    expect(app.screen()).toMatch(/FOLLOWING +50\d\d\d lines/)
  })
})
