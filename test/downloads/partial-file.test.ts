import { readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { journalPath, openPartial, partialPath, receivedBytes } from '../../src/downloads/partial-file.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const target = () => join(temporaryFolder(), 'model.gguf')
const abc = Buffer.from('abc')

async function written(path: string) {
  const partial = await openPartial(path, 10)
  partial.setValidator('v1')
  await partial.write(abc, 0)
  await partial.write(abc, 5)
  return partial
}

it('goes on with what was saved, and with nothing else', async () => {
  const path = target()
  const partial = await written(path)
  await partial.save()
  await partial.write(abc, 3)
  // Another process looks while this one is not done, as after a crash.
  await using other = await openPartial(path, 10)
  expect(other.done).toEqual([
    { start: 0, end: 3 },
    { start: 5, end: 8 },
  ])
  expect(other.validator).toBe('v1')
  expect(await receivedBytes(path, 10)).toBe(6)
  expect(await receivedBytes(path, 11)).toBe(0)
})

it('is saved when it is let go, and is the file once it is finished', async () => {
  const path = target()
  {
    await using partial = await written(path)
    expect(partial.done).toHaveLength(2)
  }
  {
    await using partial = await openPartial(path, 10)
    await partial.write(Buffer.from('zz'), 3)
    await partial.write(Buffer.from('!!'), 8)
    expect(partial.done).toEqual([{ start: 0, end: 10 }])
    await partial.finish(path)
  }
  expect(readFileSync(path, 'utf8')).toBe('abczzabc!!')
  expect(readdirSync(join(path, '..'))).toEqual(['model.gguf'])
})

it.each<[string, (path: string) => void]>([
  ['a journal that is cut off', (path) => truncateSync(journalPath(path), 20)],
  [
    'a journal of something else',
    (path) => writeFileSync(journalPath(path), '{"size":10,"validator":null,"done":[[0,99]]}'),
  ],
  ['bytes that are gone', (path) => truncateSync(partialPath(path), 4)],
])('begins anew with %s', async (_, damage) => {
  const path = target()
  await (await written(path))[Symbol.asyncDispose]()
  damage(path)
  await using partial = await openPartial(path, 10)
  expect(partial.done).toEqual([])
  expect(partial.validator).toBeNull()
})

it('begins anew where the size is another', async () => {
  const path = target()
  await (await written(path))[Symbol.asyncDispose]()
  await using partial = await openPartial(path, 9)
  expect(partial.done).toEqual([])
})

it('does not write through a link', async () => {
  const path = target()
  symlinkSync('/dev/null', partialPath(path))
  await expect(openPartial(path, 10)).rejects.toMatchObject({ code: 'ELOOP' })
})
