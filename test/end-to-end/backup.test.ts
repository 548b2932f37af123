import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { examinationSchema } from '../../src/api/doctor.ts'
import { openFakeProvider } from '../fixtures/fake-provider.ts'
import { createLlmd, readUntil, type Llmd } from './llmd.ts'

const tokensOf = async (llmd: Llmd) => {
  const { data }: { data: { name: string }[] } = JSON.parse((await llmd.run(['tokens', '--json'])).stdout)
  return data.map(({ name }) => name)
}

test('a backup is made while the daemon runs, and put back once it is stopped', async () => {
  const llmd = createLlmd()
  await llmd.run(['start', '--port', '0'])
  await llmd.run(['tokens', 'create', 'before'])
  const file = join(llmd.home, 'backup.tar')
  const made = await llmd.run(['backup', file])
  expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining('llmd vault export') })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(await llmd.run(['backup', file])).toMatchObject({ code: 2 })
  await llmd.run(['tokens', 'create', 'after'])

  const early = await llmd.run(['restore', file, '--yes'])
  expect(early).toMatchObject({ code: 6, stderr: expect.stringContaining('Stop that daemon') })
  await llmd.run(['stop'])
  expect(await llmd.run(['restore', file])).toMatchObject({ code: 2 })
  const restored = await llmd.run(['restore', file, '--yes', '--json'])
  expect(restored.code).toBe(0)
  const { files, replaced } = JSON.parse(restored.stdout)
  expect(files).toEqual(['state.db', 'usage.db'])
  expect(readdirSync(replaced)).toContain('state.db')
  const tokens = await tokensOf(llmd)
  expect(tokens).toContain('before')
  expect(tokens).not.toContain('after')
})

test('without a daemon a backup is made as well, and brings a lost folder back', async () => {
  const llmd = createLlmd()
  await llmd.run(['tokens', 'create', 'one'])
  const file = join(llmd.home, 'backup.tar')
  expect(await llmd.run(['backup', file, '--json'])).toMatchObject({ code: 0 })
  rmSync(join(llmd.home, 'data'), { recursive: true })
  expect(await llmd.run(['restore', file, '-y'])).toMatchObject({ code: 0 })
  expect(await tokensOf(llmd)).toEqual(['one'])
})

test('the doctor looks at everything, with a daemon and without', async () => {
  const llmd = createLlmd()
  const alone = await llmd.run(['doctor', '--json'], { env: { LLMD_SERVER_PORT: '0' } })
  const { data } = examinationSchema.parse(JSON.parse(alone.stdout))
  expect(data.filter(({ level }) => level === 'problem')).toEqual([])
  expect(alone.code).toBe(0)
  const checks = new Set(data.map(({ check }) => check))
  for (const check of [
    'node',
    'clock',
    'memory',
    'modes',
    'disk',
    'database',
    'vault',
    'listen',
    'engine',
    'model',
  ]) {
    expect(checks).toContain(check)
  }

  const daemon = llmd.spawn(['serve', '--port', '0'])
  await readUntil(daemon, '"content"')
  const provider = await openFakeProvider()
  const asked = `providers add mine --format openai --base-url ${provider.baseUrl} --model chat-small`
  const added = await llmd.run([...asked.split(' '), '--no-verify', '--allow-private'])
  expect(added.stderr).toBe('')
  const well = await llmd.run(['doctor'])
  expect(well.stdout).toMatch(/ok +listen +The daemon listens on unix:/)
  expect(well.stdout).toMatch(/ok +provider +mine answers, and lists 2 models/)
  expect(well.code).toBe(0)
  // A list of models costs no tokens, a chat does.
  expect(provider.seen.map(({ path }) => path)).toEqual(['/v1/models'])

  provider.answers.models = (_request, response) => void response.writeHead(401).end('{}')
  const ill = await llmd.run(['doctor'])
  expect(ill.code).toBe(1)
  expect(ill.stdout).toMatch(/PROBLEM +provider +mine: /)
})

test('where the database is damaged the doctor says so, and still looks at the rest', async () => {
  const llmd = createLlmd()
  await llmd.run(['tokens', 'create', 'one'])
  writeFileSync(join(llmd.home, 'data/state.db'), 'no database at all')
  const { code, stdout } = await llmd.run(['doctor'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/PROBLEM +data +.*is damaged/)
  expect(stdout).toMatch(/ok +node/)
  expect(existsSync(join(llmd.home, 'data/state.db'))).toBe(true)
})
