import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { inspectFile } from '../../src/inference/inspect-file.ts'
import { string, u32, u64 } from '../fixtures/gguf/metadata-value.ts'
import { writeScriptedModel } from '../fixtures/gguf/write-scripted-model.ts'

const childPath = join(import.meta.dirname, '../../src/inference/inspect-child.ts')
const processes = join(import.meta.dirname, '../fixtures/processes')
const stuckChild = join(processes, 'stuck-child.ts')

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmd-inspect-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

test('tells what a model says of itself', async () => {
  const path = join(folder, 'model.gguf')
  writeScriptedModel(path)
  expect(await inspectFile({ path, childPath })).toMatchObject({
    path,
    architecture: 'llama',
    title: 'llmd scripted test model',
    trainedContext: 4096,
  })
})

test('says what is wrong with a file, and what to do', async () => {
  const path = join(folder, 'page.gguf')
  writeFileSync(path, '<html>')
  await expect(inspectFile({ path, childPath })).rejects.toMatchObject({
    name: 'LlmdError',
    code: 'model_file_invalid',
    message: expect.stringContaining('is not a GGUF file'),
    hint: expect.stringContaining('GGUF format'),
  })
})

test('says that there is no file, or that it is none', async () => {
  const socket = join(folder, 'socket')
  const server = createServer().listen(socket)
  await once(server, 'listening')
  const missing = inspectFile({ path: join(folder, 'none.gguf'), childPath })
  await expect(missing).rejects.toMatchObject({ code: 'model_file_not_found', hint: expect.any(String) })
  await expect(inspectFile({ path: folder, childPath })).rejects.toMatchObject({ code: 'model_file_invalid' })
  await expect(inspectFile({ path: socket, childPath })).rejects.toMatchObject({ code: 'model_file_invalid' })
  server.close()
})

test('needs no memory for what a file announces', async () => {
  const path = join(folder, 'many-tokens.gguf')
  const count = 20_000_000
  const array = Buffer.concat([u32(9).bytes, u32(8).bytes, u64(count).bytes])
  const counts = Buffer.concat([u32(3).bytes, u64(0).bytes, u64(1).bytes])
  writeFileSync(path, Buffer.concat([Buffer.from('GGUF'), counts, string('tokens').bytes, array]))
  // A hole, which reads as empty strings. To keep them would take more than the heap of the process.
  truncateSync(path, count * 8 + 1000)
  await expect(inspectFile({ path, childPath })).rejects.toThrow('does not name its architecture')
})

test('outlives a crash', async () => {
  const inspected = inspectFile({ path: folder, childPath: join(processes, 'crashing-child.ts') })
  await expect(inspected).rejects.toMatchObject({
    code: 'model_file_invalid',
    message: 'The model file made the process that reads it crash (SIGSEGV).',
  })
})

test('kills a process that takes too long', async () => {
  const path = join(folder, 'slow')
  const inspected = inspectFile({ path, childPath: stuckChild, deadlineMs: 2000 })
  await expect(inspected).rejects.toMatchObject({
    code: 'model_file_invalid',
    message: 'The model file took longer than 2000 ms to read.',
  })
  await gone(path)
})

test('ends when the caller gives up', async () => {
  const path = join(folder, 'given-up')
  const caller = new AbortController()
  const inspected = inspectFile({ path, childPath: stuckChild, signal: caller.signal })
  const abortOnceStuck = async () => {
    await vi.waitFor(() => expect(existsSync(`${path}.pid`)).toBe(true), { timeout: 5000 })
    caller.abort(new Error('the caller hung up'))
  }
  await Promise.all([expect(inspected).rejects.toThrow('the caller hung up'), abortOnceStuck()])
  await gone(path)
})

test('does not blame the file where the process cannot start', async () => {
  const inspected = inspectFile({ path: folder, childPath: join(folder, 'no-such-module.ts') })
  await expect(inspected).rejects.toMatchObject({ code: 'internal_error' })
})

test('outlives that no process can be started', async () => {
  const path = join(folder, 'wanted.gguf')
  writeScriptedModel(path)
  const args = [join(processes, 'exhausted-parent.ts'), path, childPath]
  const parent = spawn('sh', ['-c', 'ulimit -n 64; exec "$@"', 'sh', process.execPath, ...args])
  const [said, [code]] = await Promise.all([text(parent.stdout), once(parent, 'close')])
  expect({ code, said: JSON.parse(said) }).toEqual({ code: 0, said: ['internal_error', 'read'] })
})

/** Waits until the stuck process that was asked about this path is gone. */
async function gone(path: string): Promise<void> {
  const pid = Number(readFileSync(`${path}.pid`, 'utf8'))
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 5000 })
}
