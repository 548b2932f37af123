import { expect, test } from 'vitest'
import { formatFindings } from '../../src/cli/format-findings.ts'

test('each finding is a line, with its cure below', () => {
  const text = formatFindings([
    { level: 'ok', check: 'node', message: 'Node.js 24', cure: null },
    { level: 'problem', check: 'provider', message: 'one: \u001b[31mIt is down.', cure: 'Look there.' },
  ])
  expect(text.split('\n')).toEqual([
    'ok       node      Node.js 24',
    expect.stringMatching(/^PROBLEM {2}provider {2}one: .*It is down\.$/),
    '                   -> Look there.',
  ])
  expect(text).not.toContain('\u001b')
})
