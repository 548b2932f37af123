import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  acquireDataLock,
  readLockOwner,
  type AcquireDataLockOptions,
  type LockOwner,
} from '../../src/storage/lock.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createModelTable } from '../../src/storage/model-table.ts'
import { temporaryFolder } from '../temporary-folder.ts'

function lockFolder() {
  const folder = temporaryFolder()
  const files = { lockFile: join(folder, 'lock.db'), ownerFile: join(folder, 'owner.json') }
  const acquire = (options: Partial<AcquireDataLockOptions> = {}) =>
    acquireDataLock({ ...files, kind: 'command', waitMs: 0, ...options })
  return { folder, ...files, acquire }
}

function start(script: string, ...args: string[]): ChildProcess {
  const child = fork(join(import.meta.dirname, 'fixtures', script), args)
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function holdElsewhere(folder: string, kind: LockOwner['kind']) {
  const holder = start('hold-lock.ts', folder, kind)
  const report: { owner: LockOwner; childPid: number } = (await once(holder, 'message'))[0]
  onTestFinished(() => void process.kill(report.childPid, 'SIGKILL'))
  return { holder, ...report }
}

const lockedBy = (message: RegExp, hint: RegExp) =>
  expect.objectContaining({
    code: 'data_locked',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  })

test('a second taker in the same process is refused until the first lets go', async () => {
  const { acquire, ownerFile } = lockFolder()
  const first = await acquire({ kind: 'daemon' })
  expect(readLockOwner(ownerFile)).toEqual(first.owner)
  expect(first.owner).toMatchObject({ pid: process.pid, kind: 'daemon' })
  expect(statSync(ownerFile).mode & 0o777).toBe(0o600)

  await expect(acquire()).rejects.toThrow(lockedBy(/daemon/, /LLMD_HOME/))
  await expect(acquire()).rejects.toThrow(lockedBy(/daemon/, /LLMD_HOME/))
  expect(readLockOwner(ownerFile)).toEqual(first.owner)

  first[Symbol.dispose]()
  expect(existsSync(ownerFile)).toBe(false)
  using second = await acquire()
  expect(second.owner.kind).toBe('command')
  first[Symbol.dispose]()
  expect(readLockOwner(ownerFile)).toEqual(second.owner)
})

test('the record is not written through a link that lies in its place', async () => {
  const { folder, acquire, ownerFile } = lockFolder()
  const victim = join(folder, 'victim')
  writeFileSync(victim, 'untouched')
  for (const place of [ownerFile, `${ownerFile}.new`]) symlinkSync(victim, place)
  using lock = await acquire()
  expect(readLockOwner(ownerFile)).toEqual(lock.owner)
  expect(readFileSync(victim, 'utf8')).toBe('untouched')
})

test('a daemon elsewhere is named at once, however long the wait may be', async () => {
  const { folder, acquire } = lockFolder()
  const { holder } = await holdElsewhere(folder, 'daemon')
  const started = performance.now()
  await expect(acquire({ waitMs: 60_000 })).rejects.toThrow(
    lockedBy(new RegExp(`${folder} .*daemon with pid ${holder.pid}\\.`), /LLMD_HOME/),
  )
  expect(performance.now() - started).toBeLessThan(5000)
})

test('a command elsewhere is waited for', async () => {
  const { folder, acquire } = lockFolder()
  const { holder } = await holdElsewhere(folder, 'command')
  await expect(acquire({ waitMs: 60 })).rejects.toThrow(
    lockedBy(new RegExp(`command with pid ${holder.pid}\\.`), /again/),
  )
  const waiting = acquire({ waitMs: 20_000 })
  holder.disconnect()
  using lock = await waiting
  expect(lock.owner.pid).toBe(process.pid)
})

test('the wait ends with its signal', async () => {
  const { acquire, ownerFile } = lockFolder()
  using lock = await acquire()
  await expect(acquire({ waitMs: 60_000, signal: AbortSignal.timeout(60) })).rejects.toThrow(
    expect.objectContaining({ name: 'AbortError' }),
  )
  await expect(acquire({ signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone')
  expect(readLockOwner(ownerFile)).toEqual(lock.owner)
})

test('the lock goes with a killed process, even while a child of it lives on', async () => {
  const { folder, acquire, ownerFile } = lockFolder()
  const { holder, childPid } = await holdElsewhere(folder, 'daemon')
  const ended = once(holder, 'exit')
  holder.kill('SIGKILL')
  await ended
  expect(process.kill(childPid, 0)).toBe(true)
  expect(readLockOwner(ownerFile)?.pid).toBe(holder.pid)
  using lock = await acquire()
  expect(readLockOwner(ownerFile)).toEqual(lock.owner)
})

test('the record of a killed daemon does not end a wait for the command that came after it', async () => {
  const { acquire, ownerFile } = lockFolder()
  const gone = start('add-models.ts', temporaryFolder(), 'none', '0')
  await once(gone, 'exit')
  const lock = await acquire()
  writeFileSync(
    ownerFile,
    JSON.stringify({ pid: gone.pid, kind: 'daemon', since: '2026-01-31T12:00:00.000Z' }),
  )
  const waiting = acquire({ waitMs: 20_000 })
  lock[Symbol.dispose]()
  using second = await waiting
  expect(second.owner.kind).toBe('command')
})

test.each(['', 'null', '{', '{"pid":"1"}'])('an owner record that says nothing is as none: %j', (text) => {
  const { ownerFile } = lockFolder()
  writeFileSync(ownerFile, text)
  expect(readLockOwner(ownerFile)).toBeUndefined()
})

test('the lock file stays empty', async () => {
  const { acquire, lockFile, ownerFile } = lockFolder()
  using lock = await acquire()
  expect(readLockOwner(ownerFile)).toEqual(lock.owner)
  expect(statSync(lockFile).size).toBe(0)
})

test('two processes that take turns lose no write', { timeout: 60_000 }, async () => {
  const { folder } = lockFolder()
  const count = 8
  const writers = ['left', 'right'].map((name) => start('add-models.ts', folder, name, String(count)))
  const codes = await Promise.all(writers.map(async (writer) => (await once(writer, 'exit'))[0]))
  expect(codes).toEqual([0, 0])

  await using database = await openDatabase(join(folder, 'state.db'))
  const models = (await createModelTable(database).all()).filter(({ name }) => name !== 'llmd-demo')
  expect(models).toHaveLength(2 * count)
  // Each writer saw all that was there before it wrote.
  const seen = models.map((model) => Number(model.kind === 'local' && model.source)).toSorted((a, b) => a - b)
  expect(seen).toEqual(Array.from({ length: 2 * count }, (_, index) => index + 1))
})
