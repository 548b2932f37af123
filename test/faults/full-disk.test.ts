import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { demoModelPath } from '../inference/local-inference.ts'
import { isAlive, report, startDaemon } from './start-daemon.ts'

/** A small disk for the data takes a namespace in which one may mount. */
const canMount =
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /mnt'], { stdio: 'ignore' })
    .status === 0

const patience = { timeout: 15_000, interval: 50 }

/** A daemon with everything on a disk of its own; `disk` is where this process sees it. */
async function onSmallDisk({ megabytes, shell = 'true' }: { megabytes: number; shell?: string }) {
  const mount = `mount -t tmpfs -o size=${megabytes}m,mode=700 tmpfs "$LLMD_HOME"`
  const daemon = await startDaemon({ unshare: true, shell: `${mount} && ${shell}` })
  return { ...daemon, disk: `/proc/${daemon.pid}/root${daemon.home}` }
}

const untilFull = (file: string) => `(head -c 99999999 /dev/zero > "$LLMD_HOME/${file}"; true) 2>/dev/null`

const tokenNamed = (name: string) => ({ name, scopes: ['llm-all'] })

test.skipIf(!canMount)(
  'on a full disk what would be added is refused, all else goes on, and room ends it without a restart (skipped where nobody may mount)',
  { timeout: 60_000 },
  async () => {
    const daemon = await onSmallDisk({ megabytes: 32 })
    const kept = await daemon.admin('POST', '/tokens', tokenNamed('kept'))
    expect(kept.status).toBe(201)
    const chat = () =>
      fetch(`${daemon.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${daemon.key}` },
        body: JSON.stringify({
          model: 'llmd-demo',
          temperature: 0,
          max_tokens: 5,
          messages: [{ role: 'user', content: 'Hello!' }],
        }),
      })
    expect((await chat()).status).toBe(200)

    const filler = join(daemon.disk, 'filler')
    fill(filler)
    // What SQLite has of room in its own files may take some more.
    let acknowledged = 0
    await vi.waitFor(async () => {
      const { status, body } = await daemon.admin('POST', '/tokens', tokenNamed(`token-${acknowledged}`))
      if (status === 201) acknowledged += 1
      expect([status, body.error?.code]).toEqual([507, 'disk_full'])
    }, patience)

    const listed = await daemon.admin('GET', '/tokens')
    expect(listed.body.data).toHaveLength(acknowledged + 2)
    expect((await chat()).status).toBe(200)
    const revoked = await daemon.admin('DELETE', '/tokens/kept')
    expect(revoked.status).toBe(200)
    const model = { name: 'second', source: demoModelPath }
    expect((await daemon.admin('POST', '/models', model)).status).toBe(507)
    expect((await daemon.admin('GET', '/doctor')).body.data).toContainEqual(
      expect.objectContaining({ check: 'database', level: 'problem' }),
    )

    const emptied = performance.now()
    rmSync(filler)
    await vi.waitFor(async () => {
      expect((await daemon.admin('POST', '/models', model)).status).toBe(201)
    }, patience)
    const recoveredMs = Math.round(performance.now() - emptied)
    expect(isAlive(daemon)).toBe(true)
    report('full disk', { acknowledged, recoveredMs })
  },
)

test.skipIf(!canMount)('a daemon starts on a disk that is full, by what was kept back', async () => {
  // One that was killed left its data and its ballast; then somebody else took the rest.
  const before = await startDaemon()
  before.child.kill('SIGKILL')
  await once(before.child, 'exit')
  const shell = `cp -a ${before.home}/. "$LLMD_HOME" && ${untilFull('filler')}`
  const daemon = await onSmallDisk({ megabytes: 16, shell })
  expect((await daemon.admin('GET', '/models')).status).toBe(200)
  expect((await daemon.admin('POST', '/tokens', tokenNamed('one'))).status).toBe(507)
  expect(daemon.log.join('\n')).toContain('the disk is full')
  rmSync(join(daemon.disk, 'filler'))
})

test.skipIf(!canMount)('a first start on a full disk says so', async () => {
  const started = onSmallDisk({ megabytes: 1, shell: untilFull('filler') })
  await expect(started).rejects.toMatchObject({ code: 'disk_full' })
})

function fill(file: string): void {
  const piece = Buffer.alloc(64 * 1024)
  try {
    for (;;) writeFileSync(file, piece, { flag: 'a' })
  } catch {
    // Down to the last block.
    try {
      for (;;) writeFileSync(file, piece.subarray(0, 4096), { flag: 'a' })
    } catch {}
  }
}
