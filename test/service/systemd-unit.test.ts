import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { quoteWord } from '../../src/service/quote-word.ts'
import { systemdSocketUnit } from '../../src/service/systemd-socket-unit.ts'
import { systemdUnit, type SystemdUnitOptions } from '../../src/service/systemd-unit.ts'
import { missingProgram, needs } from '../fixtures/missing-program.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const unit = (options: Partial<SystemdUnitOptions> = {}) =>
  systemdUnit({
    command: [process.execPath, '/opt/llmd/bin/run.js'],
    scope: 'system',
    home: undefined,
    gpu: false,
    deviceGroups: [],
    socketActivation: false,
    masterKey: undefined,
    ...options,
  })

function written(texts: Record<string, string>): string[] {
  const folder = temporaryFolder()
  return Object.entries(texts).map(([name, text]) => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  })
}

const missing = missingProgram('systemd-analyze')

describe.skipIf(missing)(`systemd-analyze${needs(missing)}`, () => {
  test.each<[string, Partial<SystemdUnitOptions>]>([
    ['a plain one', {}],
    ['one with GPUs', { gpu: true, deviceGroups: ['video'] }],
    ['one with a master key', { masterKey: { path: '/etc/credstore/llmd-master-key', encrypted: false } }],
    ['one with an encrypted one', { masterKey: { path: '/etc/credstore.encrypted/x', encrypted: true } }],
    ['one with odd paths', { command: [process.execPath, '/opt/a b/100%/$x/"y"/run.js'] }],
  ])('has nothing to say against %s', (_, options) => {
    const paths = written({
      'llmd.service': unit({ ...options, socketActivation: true }),
      'llmd.socket': systemdSocketUnit({ listen: '127.0.0.1:5563' }),
    })
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', ...paths], { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  test('has nothing to say against one of a user', () => {
    const paths = written({ 'llmd.service': unit({ scope: 'user', home: '/home/a b/llmd' }) })
    const { status, stderr } = spawnSync('systemd-analyze', ['--user', 'verify', ...paths], {
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: temporaryFolder() },
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  test.each([
    [false, 1.5],
    [true, 2.0],
  ])('finds little exposed: with GPUs %s, at most %s', (gpu, most) => {
    const [path = ''] = written({ 'llmd.service': unit({ gpu, deviceGroups: ['video'] }) })
    const report = execFileSync('systemd-analyze', ['security', '--offline=yes', '--no-pager', path], {
      encoding: 'utf8',
    })
    const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(report)?.[1])
    expect(exposure).toBeGreaterThan(0)
    expect(exposure).toBeLessThanOrEqual(most)
  })
})

const quote = (word: string) => quoteWord(word, { isCommand: true })

test('words are quoted where systemd would read more into them', () => {
  expect(quote('/usr/bin/node')).toBe('/usr/bin/node')
  expect(quote('/opt/a b')).toBe('"/opt/a b"')
  expect(quote('50%')).toBe('50%%')
  expect(quote('$HOME')).toBe('$$HOME')
  expect(quote('say "hi"\\')).toBe('"say \\"hi\\"\\\\"')
  expect(quoteWord('A=$x 50%', { isCommand: false })).toBe('"A=$x 50%%"')
})

test('V8 may write code, and ggml read what the processor is', () => {
  const text = unit()
  expect(text).not.toContain('MemoryDenyWriteExecute')
  expect(text).not.toContain('ProcSubset')
})

test.for(['system', 'user'] as const)('of the %s’s, what crashes leaves no memory on the disk', (scope) => {
  expect(unit({ scope })).toMatch(/^LimitCORE=0$/m)
})

test('only the system’s has folders and a user of its own', () => {
  expect(unit()).toMatch(/^DynamicUser=yes$/m)
  expect(unit({ scope: 'user' })).not.toMatch(/DynamicUser|Directory=|ProtectHome/)
})
