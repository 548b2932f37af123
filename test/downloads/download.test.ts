import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { Secret } from '../../src/secret.ts'
import { commit, sha256, startFakeHub } from '../fixtures/fake-hub.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openDownloads, signal, someBytes, until } from './open-downloads.ts'

const repo = 'lab/Tiny-GGUF'
const megabyte = 1024 * 1024

it('fetches a file of the hub in ranges, checks it, and makes a model of it', async () => {
  const bytes = someBytes(3 * megabyte + 7)
  const hub = await startFakeHub(repo, [
    { path: 'README.md', bytes: Buffer.from('hello') },
    { path: 'Tiny-Q4_K_M.gguf', bytes },
    { path: 'Tiny-Q8_0.gguf', bytes: someBytes(10) },
    { path: 'mmproj-Tiny-Q4_K_M.gguf', bytes: someBytes(10) },
  ])
  await using opened = await openDownloads(temporaryFolder(), {
    endpoint: hub.endpoint,
    token: new Secret('hf_secret'),
  })
  const { downloads, added, events } = opened
  const profile = { tier: 'small', defaults: { temperature: 0.5 } }
  const begun = await downloads.add({ source: `hf:${repo}`, options: { context: 512 }, ...profile }, signal)
  expect(begun).toMatchObject({ name: 'tiny', source: `hf:${repo}`, total_bytes: bytes.length })
  const done = await until(downloads, begun.id, 'finished')
  expect(done).toMatchObject({ received_bytes: bytes.length, bytes_per_second: null, error: null })
  const path = done.files[0]!.path
  expect(readFileSync(path).equals(bytes)).toBe(true)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(join(path, '..'))).toEqual(['Tiny-Q4_K_M.gguf'])
  expect(added).toEqual([{ name: 'tiny', source: `hf:${repo}`, path, options: { context: 512 }, profile }])

  const fetched = hub.served.toSorted((a, b) => a.first - b.first)
  expect(fetched.length).toBeGreaterThan(4)
  expect(fetched.reduce((end, { first, last }) => (first === end ? last + 1 : NaN), 0)).toBe(bytes.length)
  // The hub is asked once where the file is, at the commit it had then; its token goes nowhere else.
  expect(hub.asked.filter(({ path: asked }) => asked.includes('/resolve/'))).toEqual([
    expect.objectContaining({ path: `/${repo}/resolve/${commit}/Tiny-Q4_K_M.gguf` }),
  ])
  for (const { host, authorization } of hub.asked) {
    expect(authorization).toBe(host === hub.endpoint.host ? 'Bearer hf_secret' : undefined)
  }
  expect(events.at(-1)).toEqual({ type: 'download.finished', download_id: begun.id, name: 'tiny' })
  expect(events.filter(({ type }) => type === 'download.progress').length).toBeGreaterThan(1)
  expect(JSON.stringify([events, opened.logged, downloads.list()])).not.toContain('hf_secret')
})

it('fetches all parts of a split model, and gives the first to the catalog', async () => {
  const parts = [1, 2, 3].map((part) => ({
    path: `Q8_0/Tiny-Q8_0-0000${part}-of-00003.gguf`,
    bytes: someBytes(200_000 + part),
  }))
  const hub = await startFakeHub(repo, parts.toReversed())
  await using opened = await openDownloads(temporaryFolder(), { endpoint: hub.endpoint })
  const { id } = await opened.downloads.add({ source: `hf:${repo}:q8_0` }, signal)
  const { files, name } = await until(opened.downloads, id, 'finished')
  expect(name).toBe('tiny:q8_0')
  expect(files.map((file) => file.name)).toEqual(parts.map(({ path }) => path))
  for (const [index, { path }] of files.entries()) {
    expect(readFileSync(path).equals(parts[index]!.bytes)).toBe(true)
  }
  expect(opened.added[0]?.path).toBe(files[0]!.path)
})

it('fetches from any address, with or without a digest', async () => {
  const bytes = someBytes(300_000)
  const hub = await startFakeHub(repo, [{ path: 'one.gguf', bytes }])
  await using opened = await openDownloads(temporaryFolder())
  const { downloads } = opened
  const source = `${hub.cdn.href}one.gguf`
  const plain = await downloads.add({ source }, signal)
  expect((await until(downloads, plain.id, 'finished')).files[0]).toMatchObject({ sha256: null })
  const checked = await downloads.add({ source: `${source}#sha256=${sha256(bytes)}`, name: 'two' }, signal)
  expect((await until(downloads, checked.id, 'finished')).files[0]).toMatchObject({ sha256: sha256(bytes) })
  expect(hub.asked.every(({ authorization }) => authorization === undefined)).toBe(true)
  const wrong = await downloads.add({ source: `${source}#sha256=${'0'.repeat(64)}`, name: 'three' }, signal)
  const failed = await until(downloads, wrong.id, 'failed')
  expect(failed.error).toMatchObject({ code: 'download_corrupt' })
  expect(existsSync(failed.files[0]!.path)).toBe(false)
})

it('fetches nothing again that is there already', async () => {
  const hub = await startFakeHub(repo, [{ path: 'Tiny-Q8_0.gguf', bytes: someBytes(200_000) }])
  await using opened = await openDownloads(temporaryFolder(), { endpoint: hub.endpoint })
  const { downloads } = opened
  const one = await downloads.add({ source: `hf:${repo}`, name: 'one' }, signal)
  await until(downloads, one.id, 'finished')
  const before = hub.served.length
  const two = await downloads.add({ source: `hf:${repo}`, name: 'two' }, signal)
  const { files } = await until(downloads, two.id, 'finished')
  expect(hub.served).toHaveLength(before)
  expect(opened.added.map(({ path }) => path)).toEqual([files[0]!.path, files[0]!.path])
  // Of a finished download only its entry goes.
  await downloads.cancel(two.id)
  expect(existsSync(files[0]!.path)).toBe(true)
  expect(downloads.list()).toHaveLength(1)
})

it('pauses, resumes and cancels', async () => {
  const bytes = someBytes(2 * megabyte)
  const hub = await startFakeHub(repo, [{ path: 'Tiny-Q8_0.gguf', bytes }])
  hub.bytesPerSecond = 2 * megabyte
  const home = temporaryFolder()
  await using opened = await openDownloads(home, { endpoint: hub.endpoint })
  const { downloads, events } = opened
  const { id } = await downloads.add({ source: `hf:${repo}`, name: 'tiny' }, signal)
  await vi.waitFor(() => expect(downloads.get('tiny').received_bytes).toBeGreaterThan(300_000), {
    timeout: 10_000,
    interval: 5,
  })
  expect(downloads.get(id).bytes_per_second).toBeGreaterThan(0)
  const paused = await downloads.pause('tiny')
  expect(paused).toMatchObject({ state: 'paused', bytes_per_second: null })
  const sent = hub.served.length
  expect(await downloads.pause(id)).toMatchObject({ state: 'paused' })

  hub.bytesPerSecond = 0
  await downloads.resume(id)
  const done = await until(downloads, id, 'finished')
  expect(readFileSync(done.files[0]!.path).equals(bytes)).toBe(true)
  const again = hub.served.slice(sent).reduce((sum, { first, last }) => sum + last - first + 1, 0)
  expect(again).toBe(bytes.length - paused.received_bytes)
  await expect(downloads.pause(id)).rejects.toMatchObject({ code: 'invalid_request' })

  hub.bytesPerSecond = megabyte
  const other = await downloads.add({ source: `${hub.cdn.href}Tiny-Q8_0.gguf`, name: 'other' }, signal)
  await vi.waitFor(() => expect(downloads.get('other').received_bytes).toBeGreaterThan(0), {
    timeout: 10_000,
    interval: 5,
  })
  await downloads.cancel(other.id)
  expect(() => downloads.get('other')).toThrow(expect.objectContaining({ code: 'download_not_found' }))
  expect(existsSync(join(other.files[0]!.path, '..'))).toBe(false)
  expect(events.at(-1)).toMatchObject({ type: 'download.cancelled', name: 'other' })
})

it('runs two at a time', async () => {
  const hub = await startFakeHub(repo, [{ path: 'a-Q8_0.gguf', bytes: someBytes(400_000) }])
  hub.bytesPerSecond = megabyte / 8
  await using opened = await openDownloads(temporaryFolder(), { endpoint: hub.endpoint, connections: 1 })
  const { downloads } = opened
  const sources = [`hf:${repo}`, `${hub.cdn.href}a-Q8_0.gguf`, `${hub.cdn.href}a-Q8_0.gguf?x`]
  for (const [index, source] of sources.entries()) await downloads.add({ source, name: `m${index}` }, signal)
  expect(downloads.list().map(({ state }) => state)).toEqual(['running', 'running', 'queued'])
  await downloads.pause('m0')
  await until(downloads, 'm2', 'running')
})

it('goes on in the next daemon with what runs, and leaves alone what is paused', async () => {
  const bytes = someBytes(2 * megabyte)
  const hub = await startFakeHub(repo, [{ path: 'a-Q8_0.gguf', bytes }])
  hub.bytesPerSecond = megabyte
  const home = temporaryFolder()
  let received = 0
  {
    await using opened = await openDownloads(home, { endpoint: hub.endpoint })
    const { downloads } = opened
    await downloads.add({ source: `${hub.cdn.href}a-Q8_0.gguf`, name: 'paused' }, signal)
    await downloads.pause('paused')
    await downloads.add({ source: `hf:${repo}`, name: 'tiny' }, signal)
    await vi.waitFor(() => expect(downloads.get('tiny').received_bytes).toBeGreaterThan(300_000), {
      timeout: 10_000,
      interval: 5,
    })
    await downloads[Symbol.asyncDispose]()
    received = downloads.get('tiny').received_bytes
  }
  hub.bytesPerSecond = 0
  const before = hub.served.length
  await using opened = await openDownloads(home, { endpoint: hub.endpoint })
  const { downloads } = opened
  expect(downloads.get('tiny')).toMatchObject({ state: 'queued', received_bytes: received })
  downloads.start()
  const done = await until(downloads, 'tiny', 'finished')
  expect(readFileSync(done.files[0]!.path).equals(bytes)).toBe(true)
  const again = hub.served.slice(before).reduce((sum, { first, last }) => sum + last - first + 1, 0)
  expect(again).toBe(bytes.length - received)
  expect(downloads.get('paused')).toMatchObject({ state: 'paused' })
})
