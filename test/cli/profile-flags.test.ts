import { Parser } from '@oclif/core'
import { expect, test } from 'vitest'
import { givenProfile, profileFlags } from '../../src/cli/profile-flags.ts'

async function read(...argv: string[]) {
  const { flags } = await Parser.parse(argv, { flags: profileFlags, strict: true })
  return givenProfile(flags)
}

test.each([
  [[], {}],
  [['--description', 'Fast', '--tier', 'small'], { description: 'Fast', tier: 'small' }],
  [
    ['--system', 'Be brief.', '--temperature', '0', '--top-p', '0.5'],
    { defaults: { system: 'Be brief.', temperature: 0, top_p: 0.5 } },
  ],
  [
    [
      '--param',
      'seed=7',
      '--param',
      'stop=["a","b"]',
      '--param',
      'effort=low',
      '--param',
      'x=',
      '--param',
      'y=a=b',
    ],
    { defaults: { params: { seed: 7, stop: ['a', 'b'], effort: 'low', x: '', y: 'a=b' } } },
  ],
  [['--param', 'seed=null'], { defaults: { params: { seed: null } } }],
])('%j', async (argv, said) => expect(await read(...argv)).toEqual(said))

test.each([[['--param', 'seed']], [['--param', '=7']], [['--temperature', 'hot']]])(
  '%j is refused',
  async (argv) => {
    await expect(read(...argv)).rejects.toThrow(/takes/)
  },
)
