import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { rotatedVaultSchema, vaultStatusSchema } from '../../src/api/vault.ts'
import { Secret } from '../../src/secret.ts'
import { openVault, placeOf } from '../secrets/fixtures/open-vault.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { createLlmd } from './llmd.ts'

const passphrase = 'correct horse battery'
const start = ['start', '--port', '0']

it.each(['without a daemon', 'with a daemon'])('the vault is managed %s', async (mode) => {
  const llmd = createLlmd()
  const file = join(temporaryFolder(), 'master-key.txt')
  const masterKey = join(llmd.home, 'data', 'master.key')
  const json = async (...args: string[]) => JSON.parse((await llmd.run([...args, '--json'])).stdout)

  expect((await llmd.run(['vault'])).stdout).toMatch(/^State +empty/)
  expect(
    await llmd.run(['vault', 'export', file, '--passphrase-stdin'], { input: passphrase }),
  ).toMatchObject({ code: 2, stderr: expect.stringContaining('no master key yet') })
  {
    await using opened = await openVault({ folder: join(llmd.home, 'data') })
    await opened.vault.encrypt(new Secret('sk-1'), placeOf('one'))
  }
  if (mode === 'with a daemon') await llmd.run(start)
  expect(vaultStatusSchema.parse(await json('vault', 'status'))).toMatchObject({
    state: 'open',
    home: 'file',
  })
  expect((await llmd.run(['vault', 'rotate'])).stdout).toContain('llmd vault export FILE')
  expect(rotatedVaultSchema.parse(await json('vault', 'rotate'))).toMatchObject({ reencrypted: 0 })

  const env = { LLMD_PASSPHRASE: passphrase }
  const fromEnv = ['--passphrase-env', 'LLMD_PASSPHRASE']
  expect(await llmd.run(['vault', 'export', file, ...fromEnv], { env })).toMatchObject({
    code: 0,
    stderr: '',
  })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(await llmd.run(['vault', 'export', file, ...fromEnv], { env })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is there already'),
  })
  const printed = await llmd.run(['vault', 'export', '--passphrase-stdin'], { input: `${passphrase}\n` })
  expect(printed.stdout).toMatch(/^llmd-master-key-v1\.\S+\n$/)

  if (mode === 'with a daemon') await llmd.run(['stop'])
  rmSync(masterKey)
  if (mode === 'with a daemon') await llmd.run(start)
  expect(await llmd.run(['vault', 'status'])).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^State +sealed$[^]*^Hint /m),
  })
  expect(await llmd.run(['vault', 'rotate'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/sealed/),
  })
  expect(
    await llmd.run(['vault', 'import', file, '--passphrase-stdin'], { input: 'wrong horse battery' }),
  ).toMatchObject({ code: 2, stderr: expect.stringContaining('passphrase is wrong') })
  writeFileSync(file, printed.stdout)
  expect((await llmd.run(['vault', 'import', file, ...fromEnv], { env })).stdout).toMatch(/^State +open$/m)
  expect(readFileSync(masterKey, 'utf8')).not.toBe('')
})

it.each([
  [['vault', 'export'], /passphrase.*no terminal[^]*--passphrase-stdin/],
  [['vault', 'export', '--passphrase-stdin'], /no passphrase on stdin/],
  [['vault', 'export', '--passphrase-env', 'NOT_THERE'], /NOT_THERE is not set/],
  [['vault', 'import', '/nonexistent/file', '--passphrase-stdin'], /\/nonexistent\/file cannot be read/],
])('%j is wrong usage', async (args, stderr) => {
  expect(await createLlmd().run(args)).toMatchObject({ code: 2, stderr: expect.stringMatching(stderr) })
})

it('a passphrase that is piped in is not taken for a file', async () => {
  const args = ['vault', 'import', '--passphrase-stdin']
  const { code, stdout, stderr } = await createLlmd().run(args, { input: passphrase })
  expect(code).toBe(2)
  expect(stdout + stderr).not.toContain(passphrase)
})
