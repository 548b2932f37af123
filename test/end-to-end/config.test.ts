import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { settingListSchema } from '../../src/api/settings.ts'
import { createLlmd, type Llmd } from './llmd.ts'

const fileOf = (llmd: Llmd) => join(llmd.home, 'config/config.json')

async function list(llmd: Llmd, env: NodeJS.ProcessEnv = {}) {
  const { stdout } = await llmd.run(['config', '--json'], { env })
  return settingListSchema.parse(JSON.parse(stdout))
}

/** A program that writes this text into the file it is given. */
function editorWriting(llmd: Llmd, text: string): NodeJS.ProcessEnv {
  const editor = join(llmd.home, 'editor')
  writeFileSync(editor, `#!/bin/sh\ncat > "$1" <<'END'\n${text}\nEND\n`)
  chmodSync(editor, 0o755)
  return { EDITOR: editor, VISUAL: '' }
}

describe('config without a daemon', () => {
  it('sets, gets, lists and unsets', async () => {
    const llmd = createLlmd()
    expect(await llmd.run(['config', 'set', 'server.port', '8080'])).toMatchObject({
      code: 0,
      stdout: `server.port is 8080 in ${fileOf(llmd)}.\n`,
    })
    await llmd.run(['config', 'set', 'server.allowedHosts', 'a.example, b.example'])
    expect(JSON.parse(readFileSync(fileOf(llmd), 'utf8'))).toEqual({
      server: { port: 8080, allowedHosts: ['a.example', 'b.example'] },
    })
    expect((await llmd.run(['config', 'get', 'server.allowedHosts'])).stdout).toBe('a.example,b.example\n')

    const { data, path } = await list(llmd, { LLMD_LOG_LEVEL: 'warn' })
    expect(path).toBe(fileOf(llmd))
    const sources = Object.fromEntries(data.map(({ name, source }) => [name, source]))
    expect(sources).toMatchObject({
      'server.port': 'file',
      'log.level': 'environment',
      'server.host': 'default',
    })
    expect((await llmd.run(['config', 'list'])).stdout).toMatch(/^server\.port +8080 +file +restart$/m)

    expect(await llmd.run(['config', 'unset', 'server.port'])).toMatchObject({ code: 0 })
    expect((await llmd.run(['config', 'get', 'server.port'])).stdout).toBe('5563\n')
  })

  it.each([
    [['config', 'set', 'server.prot', '1'], /server\.prot is not a setting.*\nHint: .*server\.port/],
    [['config', 'get', 'level'], /level is not a setting.*\nHint: .*log\.level/],
    [['config', 'unset', 'log'], /log is not a setting/],
    [['config', 'set', 'server.port', 'http'], /server\.port must be .* 0 to 65535, not "http"/],
  ])('refuses %j', async (args, stderr) => {
    const llmd = createLlmd()
    expect(await llmd.run(args)).toMatchObject({ code: 2, stderr: expect.stringMatching(stderr) })
    expect(existsSync(fileOf(llmd))).toBe(false)
  })

  it('lets a broken file be found and edited', async () => {
    const llmd = createLlmd()
    await llmd.run(['config', 'set', 'log.level', 'warn'])
    writeFileSync(fileOf(llmd), '{ "log": ')
    expect(await llmd.run(['config', 'list'])).toMatchObject({ code: 1 })
    expect((await llmd.run(['config', 'path'])).stdout).toBe(`${fileOf(llmd)}\n`)

    const wrong = await llmd.run(['config', 'edit'], { env: editorWriting(llmd, '{ "log": 1 }') })
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/must be an object, not 1/) })
    const kept = /What you wrote is in (\S+)\./.exec(wrong.stderr)?.[1] ?? ''
    expect(readFileSync(kept, 'utf8')).toContain('{ "log": 1 }')
    expect(readFileSync(fileOf(llmd), 'utf8')).toBe('{ "log": ')

    const env = editorWriting(llmd, '{ "log": { "level": "error" } }')
    expect(await llmd.run(['config', 'edit'], { env })).toMatchObject({ code: 0 })
    expect((await llmd.run(['config', 'get', 'log.level'])).stdout).toBe('error\n')
  })

  it('changes nothing when the editor fails', async () => {
    const llmd = createLlmd()
    expect(await llmd.run(['config', 'edit'], { env: { EDITOR: 'false', VISUAL: '' } })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"false" ended with 1'),
    })
    expect(existsSync(fileOf(llmd))).toBe(false)
  })
})

describe('config with a daemon', () => {
  it('tells what the daemon has in force, and what applies a change', async () => {
    const llmd = createLlmd()
    await llmd.run(['start', '--port', '0'])
    const found = (await list(llmd, { LLMD_LOG_LEVEL: 'error' })).data
    expect(found.find(({ name }) => name === 'server.port')).toMatchObject({ value: 0, source: 'flag' })
    expect(found.find(({ name }) => name === 'log.level')).toMatchObject({ value: 'info', source: 'default' })

    const set = (name: string, value: string) => llmd.run(['config', 'set', name, value])
    expect((await set('log.level', 'debug')).stdout).toContain('Apply it with: llmd reload')
    expect((await set('server.host', '::1')).stdout).toContain('Apply it with: llmd restart')
    expect((await set('server.port', '8080')).stdout).toContain('A flag of the daemon wins over it')
    expect((await llmd.run(['config', 'get', 'log.level'])).stdout).toBe('info\n')
    await llmd.run(['reload'])
    expect((await llmd.run(['config', 'get', 'log.level'])).stdout).toBe('debug\n')
  })
})
