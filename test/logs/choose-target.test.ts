import { expect, it } from 'vitest'
import { chooseTarget } from '../../src/logs/choose-target.ts'

const stderr = { dev: 8, ino: 4321 }
const journal = { JOURNAL_STREAM: '8:4321' }

it.each([
  ['auto', false, {}, 'stderr'],
  ['auto', true, {}, 'file'],
  ['auto', false, journal, 'journald'],
  // Inherited from a service or a desktop session, while stderr leads elsewhere.
  ['auto', true, { JOURNAL_STREAM: '8:4322' }, 'file'],
  ['auto', false, { JOURNAL_STREAM: '' }, 'stderr'],
  ['stderr', true, journal, 'stderr'],
  ['file', false, journal, 'file'],
  ['journald', false, {}, 'journald'],
] as const)('%s, in the background: %s, with %o: %s', (setting, background, env, target) => {
  expect(chooseTarget({ setting, background, env, stderr })).toBe(target)
})
