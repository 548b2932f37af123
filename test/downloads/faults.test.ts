import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { Download } from '../../src/api/downloads.ts'
import { createDiskSpace } from '../../src/downloads/disk-space.ts'
import { LlmdError } from '../../src/errors.ts'
import { serveFile, sha256, startFakeHub, type FakeHub, type FileRequest } from '../fixtures/fake-hub.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openDownloads, signal, someBytes, until } from './open-downloads.ts'

const repo = 'lab/Tiny-GGUF'
const bytes = someBytes(1_500_000)
const files = [{ path: 'Tiny-Q8_0.gguf', bytes }]

/** Answers with these bytes in place of the file's. */
const serveOther = (hub: FakeHub, request: FileRequest, other: Buffer) =>
  serveFile(hub, { ...request, file: { ...request.file, bytes: other } })

/** What a download fails of that begins well. */
async function failureOf(hub: FakeHub): Promise<Download> {
  await using opened = await openDownloads(temporaryFolder(), { endpoint: hub.endpoint })
  const { id } = await opened.downloads.add({ source: `hf:${repo}` }, signal)
  const failed = await until(opened.downloads, id, 'failed')
  expect(opened.events.at(-1)).toMatchObject({ type: 'download.failed', code: failed.error!.code })
  expect(opened.added).toEqual([])
  expect(existsSync(failed.files[0]!.path)).toBe(false)
  return failed
}

describe('what passes', () => {
  it.each<[string, (hub: FakeHub) => FakeHub['intercept']]>([
    [
      'a connection that breaks off now and then',
      (hub) => (request) => {
        if (request.count % 3 !== 1) return undefined
        const { first, last } = request.range!
        const half = Math.ceil((last - first) / 2)
        hub.served.push({ path: 'x', first, last, sent: half })
        request.response.writeHead(206, {
          'content-length': last - first + 1,
          'content-range': `bytes ${first}-${last}/${bytes.length}`,
          etag: hub.etag(request.file),
        })
        request.response.write(bytes.subarray(first, first + half), () => request.response.destroy())
        return true
      },
    ],
    [
      'a server that is overloaded',
      () =>
        ({ response, count }) => {
          if (count > 2) return undefined
          response.writeHead(503).end('later')
          return true
        },
    ],
    [
      'an address whose signature is too old',
      () =>
        ({ response, count }) => {
          if (count !== 2) return undefined
          response.writeHead(403).end()
          return true
        },
    ],
    [
      'a server without ranges',
      (hub) => (request) => {
        serveFile(hub, { ...request, range: null })
        return true
      },
    ],
    [
      'a server without ranges that breaks off',
      (hub) => (request) => {
        if (request.count === 1) {
          request.response.writeHead(200, { 'content-length': bytes.length })
          request.response.write(bytes.subarray(0, 500_000), () => request.response.destroy())
        } else serveFile(hub, { ...request, range: null })
        return true
      },
    ],
  ])('%s', async (_, intercept) => {
    const hub = await startFakeHub(repo, files)
    hub.intercept = intercept(hub)
    await using opened = await openDownloads(temporaryFolder(), { endpoint: hub.endpoint })
    const { id } = await opened.downloads.add({ source: `hf:${repo}` }, signal)
    const done = await until(opened.downloads, id, 'finished')
    expect(readFileSync(done.files[0]!.path).equals(bytes)).toBe(true)
  })

  it('a file that becomes another one meanwhile', async () => {
    const hub = await startFakeHub(repo, files)
    const changed = someBytes(1_200_000)
    hub.intercept = (request) => {
      if (request.count < 4) return undefined
      serveOther(hub, request, changed)
      return true
    }
    hub.etag = (file) => `"${sha256(file.bytes)}"`
    await using opened = await openDownloads(temporaryFolder())
    const { id } = await opened.downloads.add({ source: `${hub.cdn.href}Tiny-Q8_0.gguf` }, signal)
    const done = await until(opened.downloads, id, 'finished')
    expect(done).toMatchObject({ total_bytes: changed.length, received_bytes: changed.length })
    expect(readFileSync(done.files[0]!.path).equals(changed)).toBe(true)
  })

  it('a change that only the ETag shows, also over a restart', async () => {
    const hub = await startFakeHub(repo, files)
    hub.bytesPerSecond = 1_000_000
    const home = temporaryFolder()
    const source = `${hub.cdn.href}Tiny-Q8_0.gguf`
    {
      await using opened = await openDownloads(home)
      await opened.downloads.add({ source }, signal)
      await vi.waitFor(() => expect(opened.downloads.list()[0]!.received_bytes).toBeGreaterThan(100_000), {
        timeout: 10_000,
        interval: 5,
      })
    }
    const changed = someBytes(bytes.length)
    hub.bytesPerSecond = 0
    hub.intercept = (request) => {
      serveOther(hub, request, changed)
      return true
    }
    await using opened = await openDownloads(home)
    const { id } = await opened.downloads.add({ source }, signal)
    const done = await until(opened.downloads, id, 'finished')
    expect(readFileSync(done.files[0]!.path).equals(changed)).toBe(true)
  })

  it('a wait that the server asks for', async () => {
    const hub = await startFakeHub(repo, files)
    const times: number[] = []
    hub.interceptHub = (_request, response) => {
      times.push(performance.now())
      if (times.length > 1) return undefined
      response.writeHead(429, { 'retry-after': '0.2' }).end()
      return true
    }
    await using opened = await openDownloads(temporaryFolder(), { endpoint: hub.endpoint })
    await opened.downloads.add({ source: `hf:${repo}` }, signal)
    expect(times[1]! - times[0]!).toBeGreaterThan(190)
  })
})

describe('what fails, and says why', () => {
  it.each<[string, { sha256?: string; size?: number }]>([
    ['a wrong digest', { sha256: 'a'.repeat(64) }],
    ['a wrong size', { size: bytes.length + 1 }],
  ])('%s in the listing', async (_, lies) => {
    const hub = await startFakeHub(repo, [{ ...files[0]!, lies }])
    const failed = await failureOf(hub)
    expect(failed.error).toMatchObject({ code: 'download_corrupt' })
  })

  it('bytes that are not what they should be; they are removed, and fetched again', async () => {
    const hub = await startFakeHub(repo, files)
    hub.intercept = (request) => {
      serveOther(hub, request, someBytes(bytes.length))
      return true
    }
    await using opened = await openDownloads(temporaryFolder(), { endpoint: hub.endpoint })
    const { id } = await opened.downloads.add({ source: `hf:${repo}` }, signal)
    const failed = await until(opened.downloads, id, 'failed')
    expect(failed.error).toMatchObject({ code: 'download_corrupt' })
    expect(existsSync(`${failed.files[0]!.path}.partial`)).toBe(false)
    hub.intercept = () => undefined
    await opened.downloads.resume(id)
    expect(readFileSync((await until(opened.downloads, id, 'finished')).files[0]!.path).equals(bytes)).toBe(
      true,
    )
  })

  it.each<[string, number, string]>([
    ['is never well again', 500, 'upstream_error'],
    ['takes no more requests', 429, 'rate_limit_exceeded'],
    ['does not know what it has announced', 404, 'source_not_found'],
  ])('a server that %s', async (_, status, code) => {
    const hub = await startFakeHub(repo, files)
    hub.intercept = ({ response }) => {
      response.writeHead(status).end()
      return true
    }
    const failed = await failureOf(hub)
    expect(failed.error).toMatchObject({ code })
  })

  it('a server that is gone; what is there is kept', async () => {
    const hub = await startFakeHub(repo, files)
    hub.bytesPerSecond = 2_000_000
    await using opened = await openDownloads(temporaryFolder(), { endpoint: hub.endpoint })
    const { id } = await opened.downloads.add({ source: `hf:${repo}` }, signal)
    await vi.waitFor(() => expect(opened.downloads.get(id).received_bytes).toBeGreaterThan(100_000), {
      timeout: 10_000,
      interval: 5,
    })
    await hub.close()
    const failed = await until(opened.downloads, id, 'failed')
    expect(failed.error).toMatchObject({ code: 'upstream_unreachable' })
    expect(failed.received_bytes).toBeGreaterThan(100_000)
  })

  it.each<[string, (request: FileRequest) => void]>([
    [
      'other bytes than were asked for',
      ({ response }) =>
        response
          .writeHead(206, { 'content-range': `bytes 7-8/${bytes.length}`, 'content-length': 2 })
          .end('ab'),
    ],
    ['no place where they belong', ({ response }) => response.writeHead(206).end('abc')],
    ['a redirect to nowhere', ({ response }) => response.writeHead(302).end()],
    [
      'a redirect to itself',
      ({ response, request }) => response.writeHead(302, { location: request.url }).end(),
    ],
    [
      'a redirect to a file',
      ({ response }) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    ],
    [
      'a redirect to a metadata service',
      ({ response }) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
    ],
    [
      'a redirect to plain HTTP on the internet',
      ({ response }) => response.writeHead(302, { location: 'http://203.0.113.7/x.gguf' }).end(),
    ],
    [
      'more than was asked for',
      ({ response, range }) => {
        response.writeHead(206, {
          'content-range': `bytes ${range!.first}-${range!.last}/${bytes.length}`,
          'transfer-encoding': 'chunked',
        })
        response.end(Buffer.concat([bytes, bytes]))
      },
    ],
  ])('%s', async (_, answer) => {
    const hub = await startFakeHub(repo, files)
    hub.intercept = (request) => {
      answer(request)
      return true
    }
    const failed = await failureOf(hub)
    expect(failed.error).toMatchObject({ code: 'upstream_error' })
  })

  it('a file that is shorter than it was, at its end', async () => {
    const hub = await startFakeHub(repo, files)
    hub.intercept = ({ response }) => {
      response.writeHead(416, { 'content-range': 'bytes */1000' }).end()
      return true
    }
    const failed = await failureOf(hub)
    expect(failed.error).toMatchObject({ code: 'download_corrupt' })
    expect(failed.error!.message).toContain('1000 bytes')
  })

  it('a model that the catalog does not take; the file stays for another try', async () => {
    const hub = await startFakeHub(repo, files)
    let takes = false
    const damaged = new LlmdError('model_file_invalid', 'The model file is damaged.')
    await using opened = await openDownloads(temporaryFolder(), {
      endpoint: hub.endpoint,
      models: {
        checkNew: () => {},
        addDownloaded: async () => (takes ? undefined : Promise.reject(damaged)),
      },
    })
    const { id } = await opened.downloads.add({ source: `hf:${repo}` }, signal)
    expect((await until(opened.downloads, id, 'failed')).error).toMatchObject({ code: 'model_file_invalid' })
    const before = hub.served.length
    takes = true
    await opened.downloads.resume(id)
    await until(opened.downloads, id, 'finished')
    expect(hub.served).toHaveLength(before)
  })
})

it('a disk that fills up stops the download, which goes on when there is room', async () => {
  const hub = await startFakeHub(repo, files)
  hub.bytesPerSecond = 500_000
  let free = Infinity
  const space = createDiskSpace({ reserveBytes: 1000, free: async () => free })
  await using opened = await openDownloads(temporaryFolder(), { endpoint: hub.endpoint, space })
  const { downloads } = opened
  const { id } = await downloads.add({ source: `hf:${repo}` }, signal)
  await vi.waitFor(() => expect(downloads.get(id).received_bytes).toBeGreaterThan(0), {
    timeout: 10_000,
    interval: 5,
  })
  free = 0
  expect((await until(downloads, id, 'failed')).error).toMatchObject({ code: 'disk_full' })
  free = Infinity
  hub.bytesPerSecond = 0
  await downloads.resume(id)
  await until(downloads, id, 'finished')
})

it('a link that leads out of the folder is not followed', async () => {
  const hub = await startFakeHub(repo, files)
  const home = temporaryFolder()
  const elsewhere = temporaryFolder()
  mkdirSync(join(home, 'models'))
  symlinkSync(elsewhere, join(home, 'models', 'lab'))
  await using opened = await openDownloads(home, { endpoint: hub.endpoint })
  const { id } = await opened.downloads.add({ source: `hf:${repo}` }, signal)
  expect((await until(opened.downloads, id, 'failed')).error).toMatchObject({ code: 'invalid_settings' })
})
