import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const asking = fileURLToPath(new URL('fixtures/ask-secret.ts', import.meta.url))
// Of util-linux: it gives a program a terminal. The one of macOS takes other arguments.
const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).error === undefined

/** All that a terminal shows while these answers are typed, each after the next colon. */
async function converse(args: string[], answers: string[]): Promise<string> {
  const command = [process.execPath, asking, ...args].map((part) => `'${part}'`).join(' ')
  const child = spawn('script', ['-qec', command, '/dev/null'])
  const left = [...answers]
  let shown = ''
  let answered = 0
  child.stdout.on('data', (chunk: Buffer) => {
    shown += String(chunk)
    if (shown.split(': ').length - 1 > answered) {
      answered += 1
      child.stdin.write(left.shift() ?? '')
    }
  })
  await once(child, 'close')
  return shown
}

describe.skipIf(!hasScript)(`on a terminal${hasScript ? '' : ' (needs script of util-linux)'}`, () => {
  it('what is typed or pasted is taken and never shown', async () => {
    expect(await converse([], ['hunter22\r'])).toBe('Passphrase: \r\nIt has 8 characters.\r\n')
  })

  it('a slip can be corrected', async () => {
    expect(await converse([], ['huntex\u007fr\r'])).toContain('It has 6 characters.')
  })

  it('what is made up is asked for twice', async () => {
    expect(await converse(['twice'], ['hunter22\r', 'hunter22\r'])).toContain('It has 8 characters.')
    const differing = await converse(['twice'], ['hunter22\r', 'hunter23\r'])
    expect(differing).toContain('The two are not the same.')
    expect(differing).not.toContain('hunter')
  })

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
    ['nothing', '\r'],
  ])('%s gives none', async (_, typed) => {
    expect(await converse([], [typed])).toContain('No passphrase was given.')
  })
})
