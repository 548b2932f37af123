import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { downloadListSchema, downloadSchema, type Download } from '../../src/api/downloads.ts'
import { modelSchema } from '../../src/api/models.ts'
import { journalPath } from '../../src/downloads/partial-file.ts'
import { startFakeHub } from '../fixtures/fake-hub.ts'
import { createLlmd, demoModel, kill, type Llmd } from './llmd.ts'

const repo = 'lab/Demo-GGUF'
const bytes = readFileSync(demoModel)
const files = [{ path: 'Demo-Q8_0.gguf', bytes }]
const start = ['start', '--port', '0']
const patience = { timeout: 10_000, interval: 20 }

/** An llmd that knows this hub, and all of whose commands get its environment. */
async function createDownloader() {
  const hub = await startFakeHub(repo, files)
  const llmd = createLlmd()
  const env = { HF_ENDPOINT: hub.endpoint.href, HF_TOKEN: 'hf_secret' }
  const run: Llmd['run'] = (args, options) => llmd.run(args, { ...options, env })
  const json = async (args: string[]) => JSON.parse((await run([...args, '--json'])).stdout)
  const show = async (): Promise<Download> => downloadSchema.parse(await json(['downloads', 'show', 'demo']))
  const pidOf = () => Number(JSON.parse(readFileSync(join(llmd.home, 'run', 'daemon.json'), 'utf8')).pid)
  return { hub, llmd, run, json, show, pidOf }
}

it.each(['without a daemon', 'with a daemon'])(
  'a model is pulled, answers, and goes with its file %s',
  async (mode) => {
    const { run, json } = await createDownloader()
    if (mode === 'with a daemon') await run(start)
    const pulled = await run(['models', 'pull', `hf:${repo}`])
    expect(pulled).toMatchObject({ code: 0, stderr: '' })
    expect(pulled.stdout).toMatch(/^Pulled demo \(4\.8 MB\)\. Try it/)
    const model = modelSchema.parse(await json(['models', 'show', 'demo']))
    expect(model).toMatchObject({ kind: 'local', source: `hf:${repo}`, file: { size_bytes: bytes.length } })
    expect((await run(['run', 'demo', 'What is llmd?', '--temperature', '0'])).stdout).toMatch(/\w/)
    expect(downloadListSchema.parse(await json(['downloads'])).data).toMatchObject([{ state: 'finished' }])
    expect(await run(['models', 'pull', `hf:${repo}`])).toMatchObject({ code: 6 })

    await run(['models', 'add', 'second', `hf:${repo}:Q8_0`, '--context', '512'])
    const second = modelSchema.parse(await json(['models', 'show', 'second']))
    expect(second).toMatchObject({ options: { context: 512 } })
    const path = second.kind === 'local' ? second.file.path : ''
    expect(await run(['models', 'remove', 'second', '--delete-file', '--yes'])).toMatchObject({ code: 6 })
    await run(['models', 'remove', 'demo', '--yes'])
    await run(['models', 'remove', 'second', '--delete-file', '--yes'])
    expect(existsSync(path)).toBe(false)
  },
)

it('a daemon that is killed goes on where its journal ended', async () => {
  const { hub, run, show, pidOf } = await createDownloader()
  hub.bytesPerSecond = 400_000
  await run(start)
  expect((await run(['models', 'pull', `hf:${repo}`, '--detach'])).stdout).toContain('llmd downloads show')
  const { files: planned } = await show()
  const path = planned[0]!.path
  const journal = await vi.waitFor(() => {
    const { done } = JSON.parse(readFileSync(journalPath(path), 'utf8'))
    expect(done.length).toBeGreaterThan(0)
    return journalPath(path)
  }, patience)
  kill(pidOf())
  await vi.waitFor(() => expect(() => process.kill(pidOf(), 0)).toThrow('ESRCH'), patience)
  const { done }: { done: [number, number][] } = JSON.parse(readFileSync(journal, 'utf8'))
  const before = hub.served.length
  hub.bytesPerSecond = 0
  await run(start)
  await vi.waitFor(async () => expect(await show()).toMatchObject({ state: 'finished' }), patience)
  expect(readFileSync(path).equals(bytes)).toBe(true)
  // Nothing that the journal vouched for is fetched again, and nothing else is left out.
  const again = hub.served.slice(before)
  for (const { first, last } of again) {
    expect(done.filter(([begin, end]) => first < end && last >= begin)).toEqual([])
  }
  const kept = done.reduce((sum, [begin, end]) => sum + end - begin, 0)
  const fetched = again.reduce((sum, { first, last }) => sum + last - first + 1, 0)
  expect(kept + fetched).toBe(bytes.length)
})

it('Ctrl-C leaves a download to the daemon, which pauses, resumes and cancels it', async () => {
  const { hub, llmd, run, json, show } = await createDownloader()
  hub.bytesPerSecond = 200_000
  await run(start)
  const pull = llmd.spawn(['models', 'pull', `hf:${repo}`])
  let stderr = ''
  pull.stderr.on('data', (chunk) => (stderr += String(chunk)))
  const ended = once(pull, 'close')
  await vi.waitFor(
    async () => expect(await json(['downloads'])).toMatchObject({ data: [{ state: 'running' }] }),
    patience,
  )
  pull.kill('SIGINT')
  expect((await ended)[0]).toBe(130)
  expect(stderr).toContain('llmd downloads cancel')
  expect(await show()).toMatchObject({ state: 'running' })
  expect((await run(['downloads'])).stdout).toMatch(/demo +running, .*%$/m)

  expect((await run(['downloads', 'pause', 'demo'])).stdout).toContain('downloads resume')
  expect(await show()).toMatchObject({ state: 'paused' })
  await run(['downloads', 'resume', 'demo'])
  const { files: planned } = await show()
  expect(await run(['downloads', 'cancel', 'demo'])).toMatchObject({ code: 2 })
  await run(['downloads', 'cancel', 'demo', '--yes'])
  expect(await json(['downloads'])).toEqual({ data: [] })
  expect(existsSync(`${planned[0]!.path}.partial`)).toBe(false)
  expect(await run(['downloads', 'show', 'demo'])).toMatchObject({ code: 5 })
})

it('says what to do where the hub refuses, and where there is no daemon', async () => {
  const { hub, run } = await createDownloader()
  expect(await run(['models', 'pull', `hf:${repo}`, '--detach'])).toMatchObject({ code: 3 })
  hub.interceptHub = (_request, response) => {
    response.writeHead(403, { 'x-error-code': 'GatedRepo' }).end()
    return true
  }
  const refused = await run(['models', 'pull', `hf:${repo}`])
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/Accept the terms/) })
  expect(refused.stderr).not.toContain('hf_secret')
})
