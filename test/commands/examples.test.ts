import { glob } from 'node:fs/promises'
import type { Command } from '@oclif/core/command'
import { describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const files = await Array.fromAsync(glob('commands/**/*.ts', { cwd: root }))

describe.each(files)('%s', async (file) => {
  const { default: command }: { default: typeof Command } = await import(new URL(file, root).href)
  const examples = command.examples
    .map((example) => (typeof example === 'string' ? example : example.command))
    .join('\n')
  const flags = Object.entries({ ...command.baseFlags, ...command.flags }).filter(([, { hidden }]) => !hidden)
  const names = [...flags.map(([name]) => name), ...(command.enableJsonFlag ? ['json'] : [])]

  it('says what it does', () => expect(command.summary).toMatch(/^[A-Z].*\.$/))

  it.each(names)('shows --%s in an example', (name) => expect(examples).toMatch(new RegExp(`--${name}\\b`)))

  it.each(flags)('says what --%s is', (_, { summary }) => expect(summary).toMatch(/\.$/))
})
