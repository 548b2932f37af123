import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { exportLine, shellOf } from '../../src/cli/shell.ts'

const values = ['http://127.0.0.1:5563/v1', `it's $HOME \`id\` "quoted" \\ back`, `'; echo hacked; '`]

describe('exportLine', () => {
  it.each(values)('sets %j in a shell', (value) => {
    const script = `${exportLine('bash', 'LLMD_TEST', value)}\nprintf %s "$LLMD_TEST"`
    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe(value)
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(value)
  })

  it('writes for other shells', () => {
    expect(exportLine('fish', 'A', `it's \\`)).toBe(`set -gx A 'it\\'s \\\\'`)
    expect(exportLine('powershell', 'A', `it's`)).toBe(`$env:A = 'it''s'`)
  })
})

describe('shellOf', () => {
  it('is the shell in SHELL, or else what every POSIX shell reads', () => {
    expect(shellOf({ SHELL: '/usr/bin/fish' })).toBe('fish')
    expect(shellOf({ SHELL: '/bin/dash' })).toBe('bash')
    expect(shellOf({})).toBe('bash')
  })
})
