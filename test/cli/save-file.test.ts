import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { saveFile } from '../../src/cli/save-file.ts'
import { temporaryFolder } from '../temporary-folder.ts'

async function* pieces(...texts: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text
    yield Buffer.from(text)
  }
}

test('a file is whole, and its owner’s alone', async () => {
  const file = join(temporaryFolder(), 'file')
  expect(await saveFile(file, pieces('one', 'two'))).toBe(6)
  expect(readFileSync(file, 'utf8')).toBe('onetwo')
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('one that breaks off is not there', async () => {
  const file = join(temporaryFolder(), 'file')
  await expect(saveFile(file, pieces('one', new Error('broke off')))).rejects.toThrow('broke off')
  expect(existsSync(file)).toBe(false)
})

test('what is there already stays', async () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, 'mine')
  await expect(saveFile(file, pieces('one'))).rejects.toMatchObject({ code: 'invalid_request' })
  expect(readFileSync(file, 'utf8')).toBe('mine')
  const nowhere = join(temporaryFolder(), 'no/such/folder/file')
  await expect(saveFile(nowhere, pieces('one'))).rejects.toMatchObject({ code: 'invalid_request' })
})
