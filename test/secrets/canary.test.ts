import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { resolvePaths } from '../../src/config/paths.ts'
import { openDaemon } from '../../src/daemon.ts'
import { Secret } from '../../src/secret.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openVault, placeOf } from './fixtures/open-vault.ts'

const canary = 'sk-canary-3f9a5c77'
const passphrase = 'correct canary battery'

/** Whatever a text or its encodings would look like in bytes. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [secret, bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex')]
}

test('no secret and no key is in the database, the log, an answer or an error', async () => {
  const home = temporaryFolder()
  const paths = resolvePaths({ LLMD_HOME: home })
  const env = {
    LLMD_HOME: home,
    LLMD_SECRETS_HOME: 'file',
    LLMD_MODELS_WARM_SPARE: 'false',
    LLMD_LOG_LEVEL: 'debug',
  }
  const seen: string[] = []
  const writeLog = (line: string) => void seen.push(line)
  const ask = async (path: string, json?: unknown) => {
    await using daemon = await openDaemon({ paths, env, kind: 'command', version: '0.0.0', writeLog })
    const response = await daemon.fetch(
      new Request(`http://localhost/llmd/v1/vault${path}`, {
        method: json === undefined ? 'GET' : 'POST',
        ...(json !== undefined && { body: JSON.stringify(json) }),
        headers: { 'content-type': 'application/json' },
      }),
    )
    const body: unknown = await response.json()
    seen.push(JSON.stringify(body))
    return body
  }

  expect(await ask('')).toMatchObject({ state: 'empty' })
  {
    await using opened = await openVault({ folder: paths.data })
    await opened.keep('one', canary)
    const stored = await opened.vault.encrypt(new Secret(canary), placeOf('one'))
    try {
      opened.vault.decrypt(stored, placeOf('two'))
    } catch (error) {
      seen.push(inspect(error, { depth: 9, showHidden: true }))
    }
    seen.push(...opened.logged, inspect(opened.vault, { depth: 9, showHidden: true }))
  }
  const master = readFileSync(paths.masterKey, 'utf8').trim()
  expect(await ask('')).toMatchObject({ state: 'open' })
  const text = (await ask('/export', { passphrase })) as { export: string }
  await ask('/import', { ...text, passphrase: `${passphrase}.` })
  rmSync(paths.masterKey)
  expect(await ask('')).toMatchObject({ state: 'sealed' })
  expect(await ask('/rotate', {})).toMatchObject({ error: { code: 'sealed' } })
  expect(await ask('/import', { ...text, passphrase })).toMatchObject({ state: 'open' })

  const files = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'master.key')
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
  expect(files.length).toBeGreaterThan(1)
  const masterBytes = Buffer.from(master, 'base64')
  const forbidden = [
    ...spellings(canary),
    ...spellings(passphrase),
    master.replace(/=+$/, ''),
    masterBytes.toString('base64url'),
    masterBytes.toString('hex'),
    masterBytes.toString('latin1'),
  ]
  for (const where of [...files, ...seen]) {
    for (const secret of forbidden) expect(where.includes(secret)).toBe(false)
  }
})
