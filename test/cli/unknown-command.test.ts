import { expect, it } from 'vitest'
import { unknownCommand } from '../../src/cli/unknown-command.ts'

const known = {
  commands: ['logs', 'models list', 'models load', 'tokens list'],
  topics: ['models', 'tokens'],
}

it.each([
  [['lgos'], 'There is no command "lgos".', 'The nearest one is llmd logs. See them all with: llmd --help'],
  [
    ['modles'],
    'There is no command "modles".',
    'The nearest one is llmd models. See them all with: llmd --help',
  ],
  [
    ['models', 'lost'],
    'There is no command "models lost".',
    'The nearest one is llmd models list. See them all with: llmd models --help',
  ],
  [
    ['model', 'list'],
    'There is no command "model list".',
    'The nearest one is llmd models list. See them all with: llmd --help',
  ],
  [
    ['models', 'list', 'all'],
    'llmd models list takes no "all".',
    'See how it is used with: llmd models list --help',
  ],
])('%j are no command', (words, message, hint) => {
  expect(unknownCommand(words, known)).toMatchObject({ code: 'invalid_request', message, hint })
})
