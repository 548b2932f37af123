import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createKeptSequences } from '../../../src/inference/engine/kept-sequences.ts'
import type { Sequence } from '../../../src/inference/engine/language-model.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

interface FakeSequence extends Sequence {
  held: number[]
}

const unused = () => {
  throw new Error('not expected here')
}

/** Holds tokens, and writes them as JSON; `during` runs in the middle of each of the two. */
function sequence(
  held: number[] = [],
  during: { save?: () => unknown; restore?: () => unknown } = {},
): FakeSequence {
  const self: FakeSequence = {
    held,
    get length() {
      return self.held.length
    },
    commonPrefix: unused,
    keepPrefix: unused,
    prefill: unused,
    score: unused,
    generate: unused,
    async clear() {
      await Promise.resolve()
      self.held = []
    },
    async save(file) {
      const text = JSON.stringify(self.held)
      writeFileSync(file, text.slice(0, 9))
      await during.save?.()
      writeFileSync(file, text)
    },
    async restore(file) {
      await during.restore?.()
      const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
      if (!Array.isArray(value)) throw new Error('of other contents')
      self.held = value
    },
  }
  return self
}

const processEnds = () => Promise.reject(new Error('the process ended'))
const long = (token: number, length = 100) => Array.from({ length }, () => token)
const keep = (folder: string, ...sequences: Sequence[]) => createKeptSequences({ sequences }, folder)

describe('createKeptSequences', () => {
  test('what was written is taken over, and the files are gone', async () => {
    const folder = temporaryFolder()
    await keep(folder, sequence(long(1)), sequence(long(2))).save()
    expect(readdirSync(folder).toSorted()).toEqual(['0.kv', '1.kv'])
    const after = [sequence(), sequence()]
    await keep(folder, ...after).restore()
    expect(after.map(({ held }) => held)).toEqual([long(1), long(2)])
    expect(readdirSync(folder)).toEqual([])
    const next = [sequence(), sequence()]
    await keep(folder, ...next).restore()
    expect(next.map(({ held }) => held)).toEqual([[], []])
  })

  test('files and folder are for us alone', async () => {
    const folder = join(temporaryFolder(), 'deep', 'state')
    await keep(folder, sequence(long(1))).save()
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, '0.kv')).mode & 0o777).toBe(0o600)
  })

  test('what is faster computed than read is not written', async () => {
    const folder = temporaryFolder()
    await keep(folder, sequence(long(1, 10)), sequence(), sequence(long(2))).save()
    expect(readdirSync(folder)).toEqual(['2.kv'])
  })

  test('a later save takes the place of an earlier one', async () => {
    const folder = temporaryFolder()
    const one = sequence(long(1))
    const kept = keep(folder, one)
    await kept.save()
    one.held = long(2)
    await kept.save()
    const after = sequence()
    await keep(folder, after).restore()
    expect(after.held).toEqual(long(2))
  })

  test('with fewer sequences than before some are forgotten, and their files too', async () => {
    const folder = temporaryFolder()
    await keep(folder, sequence(long(1)), sequence(long(2)), sequence(long(3))).save()
    const after = sequence()
    await keep(folder, after).restore()
    expect(after.held).toEqual(long(1))
    expect(readdirSync(folder)).toEqual([])
  })

  test('a process that ends in the middle of writing leaves what it has written whole, and no half of another', async () => {
    const folder = temporaryFolder()
    const before = keep(folder, sequence(long(1)), sequence(long(2), { save: processEnds }))
    await expect(before.save()).rejects.toThrow('the process ended')
    expect(readdirSync(folder).toSorted()).toEqual(['0.kv', '1.draft'])
    const after = [sequence(), sequence()]
    await keep(folder, ...after).restore()
    expect(after.map(({ held }) => held)).toEqual([long(1), []])
    expect(readdirSync(folder)).toEqual([])
  })

  test('a file that ends the process which reads it is not read again', async () => {
    const folder = temporaryFolder()
    await keep(folder, sequence(long(1)), sequence(long(2))).save()
    const reading = Promise.withResolvers<void>()
    const never = new Promise(() => {})
    const dying = sequence([], {
      restore() {
        reading.resolve()
        return never
      },
    })
    void keep(folder, dying, sequence()).restore()
    await reading.promise
    expect(readdirSync(folder).toSorted()).toEqual(['0.kv.reading', '1.kv'])

    const after = [sequence(), sequence()]
    await keep(folder, ...after).restore()
    expect(after.map(({ held }) => held)).toEqual([long(2), []])
    expect(readdirSync(folder)).toEqual([])
  })

  test('a file of other contents leaves an empty sequence, and hurts no other', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, '0.kv'), '"nonsense"')
    writeFileSync(join(folder, '1.kv'), JSON.stringify(long(2)))
    const after = [sequence(long(9)), sequence()]
    await keep(folder, ...after).restore()
    expect(after.map(({ held }) => held)).toEqual([[], long(2)])
    expect(readdirSync(folder)).toEqual([])
  })

  test('a copy leaves no file, whether it succeeds or not', async () => {
    const folder = temporaryFolder()
    const from = sequence(long(1))
    const to = sequence()
    const kept = keep(folder, from, to)
    await kept.clone(from, to)
    expect(to.held).toEqual(long(1))
    expect(readdirSync(folder)).toEqual([])
    const failing = sequence([], { restore: () => Promise.reject(new Error('no room')) })
    await expect(kept.clone(from, failing)).rejects.toThrow('no room')
    expect(readdirSync(folder)).toEqual([])
  })

  test('a copy that a dead process left behind is removed, and read by nobody', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, '4711.copy'), JSON.stringify(long(1)))
    const after = sequence()
    await keep(folder, after).restore()
    expect(after.held).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  })
})
