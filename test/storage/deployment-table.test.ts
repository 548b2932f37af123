import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { createDeploymentTable, type DeploymentRow } from '../../src/storage/deployment-table.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const row: DeploymentRow = {
  id: 'dep_5d41402abc',
  model: "it's/qwen3:8b",
  state: 'live',
  createdAt: '2026-01-31T12:00:00.000Z',
  readyAt: null,
  endsAt: '2026-02-01T12:00:00.000Z',
  endedAt: null,
  reason: null,
}

test('a deployment is found again as it became, in a database that is opened anew', async () => {
  const file = join(temporaryFolder(), 'state.db')
  const older = { ...row, id: 'dep_ffffffffff', createdAt: '2026-01-30T12:00:00.000Z', endsAt: null }
  const failed: DeploymentRow = {
    ...row,
    state: 'failed',
    readyAt: '2026-01-31T12:01:00.000Z',
    endedAt: '2026-01-31T13:00:00.000Z',
    reason: { code: 'model_not_found', message: 'It was removed.', hint: null },
  }
  {
    await using database = await openDatabase(file)
    const deployments = createDeploymentTable(database)
    await deployments.insert(row)
    await deployments.insert(older)
    await deployments.update(failed)
  }
  await using database = await openDatabase(file)
  expect(await createDeploymentTable(database).all()).toEqual([older, failed])
})
