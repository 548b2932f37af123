import { describe, expect, it } from 'vitest'
import type { DownloadsOptions } from '../../src/downloads/create-downloads.ts'
import { createDiskSpace } from '../../src/downloads/disk-space.ts'
import { LlmdError } from '../../src/errors.ts'
import { Secret } from '../../src/secret.ts'
import { startFakeHub, type FakeHub } from '../fixtures/fake-hub.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openDownloads, signal, someBytes, until } from './open-downloads.ts'

const repo = 'lab/Tiny-GGUF'
const bytes = someBytes(1_500_000)
const files = [{ path: 'Tiny-Q8_0.gguf', bytes }]

/** Why a download is not even listed. */
async function refusalOf(hub: FakeHub, change: Partial<DownloadsOptions> = {}): Promise<unknown> {
  await using opened = await openDownloads(temporaryFolder(), { endpoint: hub.endpoint, ...change })
  const error: unknown = await opened.downloads
    .add({ source: `hf:${repo}` }, signal)
    .catch((reason: unknown) => reason)
  expect(opened.downloads.list()).toEqual([])
  return error
}

describe('what never begins', () => {
  it.each<[number, string | undefined, string, RegExp]>([
    [401, undefined, 'upstream_credentials', /HF_TOKEN/],
    [401, 'GatedRepo', 'upstream_credentials', /Accept the terms/],
    [403, 'GatedRepo', 'upstream_credentials', /Accept the terms/],
    [404, 'RepoNotFound', 'source_not_found', /spelling/],
  ])('what the hub answers with %i %s', async (status, name, code, hint) => {
    const hub = await startFakeHub(repo, files)
    hub.interceptHub = (_request, response) => {
      response.writeHead(status, name === undefined ? {} : { 'x-error-code': name }).end('no')
      return true
    }
    expect(await refusalOf(hub)).toMatchObject({ code, hint: expect.stringMatching(hint) })
  })

  it('what the hub redirects elsewhere is asked without the token', async () => {
    const [hub, foreign] = await Promise.all([startFakeHub(repo, files), startFakeHub(repo, files)])
    hub.interceptHub = (request, response) => {
      response.writeHead(307, { location: new URL(request.url!, foreign.endpoint).href }).end()
      return true
    }
    await using opened = await openDownloads(temporaryFolder(), {
      endpoint: hub.endpoint,
      token: new Secret('hf_secret'),
    })
    await opened.downloads.add({ source: `hf:${repo}` }, signal)
    expect(hub.asked[0]).toMatchObject({ authorization: 'Bearer hf_secret' })
    expect(foreign.asked.length).toBeGreaterThan(0)
    expect(foreign.asked.filter(({ authorization }) => authorization !== undefined)).toEqual([])
  })

  it('files whose names lead elsewhere', async () => {
    const hub = await startFakeHub(repo, [
      { path: '../../evil-Q8_0.gguf', bytes },
      { path: '/etc/evil-Q8_0.gguf', bytes },
      { path: 'a\u0000-Q8_0.gguf', bytes },
      { path: '.hidden-Q8_0.gguf', bytes },
    ])
    expect(await refusalOf(hub)).toMatchObject({ code: 'source_not_found' })
  })

  it('what does not fit on the disk', async () => {
    const hub = await startFakeHub(repo, files)
    const space = createDiskSpace({ reserveBytes: 1000, free: async () => bytes.length + 999 })
    expect(await refusalOf(hub, { space })).toMatchObject({ code: 'disk_full' })
  })

  it('what is no answer of a hub', async () => {
    const hub = await startFakeHub(repo, files)
    hub.interceptHub = (_request, response) => {
      response.writeHead(200).end('<html>')
      return true
    }
    expect(await refusalOf(hub)).toMatchObject({ code: 'upstream_error' })
  })
})

describe('names', () => {
  it('that are taken are refused before anything is asked', async () => {
    const hub = await startFakeHub(repo, files)
    const taken = new LlmdError('model_exists', 'tiny is the name of a local model already.')
    await using opened = await openDownloads(temporaryFolder(), {
      endpoint: hub.endpoint,
      models: {
        checkNew: () => {
          throw taken
        },
        addDownloaded: async () => {},
      },
    })
    await expect(opened.downloads.add({ source: `hf:${repo}` }, signal)).rejects.toBe(taken)
    expect(hub.asked).toEqual([])
  })

  it('of other downloads are refused, and so is the same file; the same again goes on', async () => {
    const hub = await startFakeHub(repo, files)
    hub.bytesPerSecond = 100_000
    await using opened = await openDownloads(temporaryFolder(), { endpoint: hub.endpoint })
    const { downloads } = opened
    const { id } = await downloads.add({ source: `hf:${repo}` }, signal)
    const conflict = { code: 'download_exists' }
    const same = { source: `hf:${repo}`, name: 'other' }
    await expect(downloads.add(same, signal)).rejects.toMatchObject(conflict)
    const clash = { source: `${hub.cdn.href}Tiny-Q8_0.gguf`, name: 'tiny' }
    await expect(downloads.add(clash, signal)).rejects.toMatchObject(conflict)
    await downloads.pause(id)
    expect(await downloads.add({ source: `hf:${repo}` }, signal)).toMatchObject({ id })
    await until(downloads, id, 'running')
  })
})
