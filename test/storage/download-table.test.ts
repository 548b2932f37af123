import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { createDownloadTable, type DownloadRow } from '../../src/storage/download-table.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const row: DownloadRow = {
  id: '5d41402a',
  name: "it's",
  source: 'hf:a/b:Q8_0',
  createdAt: '2026-01-31T12:00:00.000Z',
  state: 'queued',
  options: { context: 4096 },
  profile: { description: 'Mine.' },
  files: [
    {
      name: 'b-Q8_0.gguf',
      url: 'https://huggingface.co/a/b/resolve/main/b-Q8_0.gguf',
      path: '/models/b-Q8_0.gguf',
      size: 5_000_000_000,
      sha256: null,
      pinned: true,
      state: 'missing',
    },
  ],
  error: null,
}

test('a download is found again as it was, in a database that is opened anew', async () => {
  const file = join(temporaryFolder(), 'state.db')
  const older = { ...row, id: 'ffff0000', createdAt: '2026-01-30T12:00:00.000Z' }
  {
    await using database = await openDatabase(file)
    await createDownloadTable(database).insert(row)
    await createDownloadTable(database).insert(older)
  }
  await using database = await openDatabase(file)
  expect(await createDownloadTable(database).all()).toEqual([older, row])
})

test('a download is changed and removed', async () => {
  await using database = await openDatabase(join(temporaryFolder(), 'state.db'))
  const downloads = createDownloadTable(database)
  await downloads.insert(row)
  const failed: DownloadRow = {
    ...row,
    state: 'failed',
    error: { code: 'disk_full', message: 'No room.', hint: null },
  }
  await downloads.update(failed)
  expect(await downloads.all()).toEqual([failed])
  await downloads.remove(row.id)
  expect(await downloads.all()).toEqual([])
})
