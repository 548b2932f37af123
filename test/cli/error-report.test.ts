import { CLIError } from '@oclif/core/errors'
import { describe, expect, it } from 'vitest'
import { reportError } from '../../src/cli/error-report.ts'
import { errorCatalogue, LlmdError, type ErrorCode } from '../../src/errors.ts'

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys are typed as strings
const codes = Object.keys(errorCatalogue) as ErrorCode[]

describe('reportError', () => {
  it.each([
    ['internal_error', 1],
    ['model_load_failed', 1],
    ['invalid_request', 2],
    ['daemon_unreachable', 3],
    ['permission_denied', 4],
    ['model_not_found', 5],
    ['token_not_found', 5],
    ['model_file_not_found', 5],
    ['model_exists', 6],
    ['data_locked', 6],
  ] as const)('%s ends a command with %i', (code, exitCode) => {
    expect(reportError(new LlmdError(code, 'No.', { hint: 'Do.' }))).toEqual({
      report: { code, message: 'No.', hint: 'Do.' },
      exitCode,
    })
  })

  it.each([
    [
      'invalid_api_key',
      'Send it as "Authorization: Bearer KEY".',
      'Give the key of a token with --token or LLMD_TOKEN.',
    ],
    ['permission_denied', undefined, 'Give the key of a token that may, with --token or LLMD_TOKEN.'],
    ['permission_denied', 'Ask over the socket.', 'Ask over the socket.'],
  ] as const)('%s with the hint %j ends a command with 4, and says which flag helps', (code, hint, told) => {
    const error = new LlmdError(code, 'No.', hint === undefined ? {} : { hint })
    expect(reportError(error)).toEqual({ report: { code, message: 'No.', hint: told }, exitCode: 4 })
  })

  it('knows an exit code for every error', () => {
    for (const code of codes) {
      const { exitCode } = reportError(new LlmdError(code, 'No.'))
      expect([1, 2, 3, 4, 5, 6]).toContain(exitCode)
    }
  })

  it('tells wrong usage on one line', () => {
    const error = new CLIError('Missing 1 required arg:\nname  Name of it.\nSee more help with --help', {
      exit: 2,
    })
    expect(reportError(error)).toEqual({
      report: {
        code: 'invalid_request',
        message: 'Missing 1 required arg: name Name of it.',
        hint: expect.stringContaining('--help'),
      },
      exitCode: 2,
    })
  })

  it.each([
    ['The following error occurred:\n  Missing required flag input', 'Missing required flag input'],
    [
      'The following 2 errors occurred:\n  Missing required flag input\n  Missing required flag tier',
      'Missing required flag input Missing required flag tier',
    ],
    ['Parsing --rpm \n\tExpected an integer but received: x', '--rpm: Expected an integer but received: x'],
  ])('leaves out what only announces: %j', (text, message) => {
    expect(reportError(new CLIError(text, { exit: 2 }))).toMatchObject({ report: { message } })
  })

  it('says that anything else was not foreseen', () => {
    expect(reportError(new TypeError('x is undefined'))).toMatchObject({
      report: { code: 'internal_error', message: expect.stringContaining('x is undefined') },
      exitCode: 1,
    })
  })
})
