import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { launchAgent } from '../../src/service/launch-agent.ts'
import { sealed } from '../../src/service/service-file.ts'
import { missingProgram, needs } from '../fixtures/missing-program.ts'

const missing = missingProgram('python3')
const toJson = 'import json, plistlib, sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))'

test.skipIf(missing)(`the agent is a property list${needs(missing)}`, () => {
  const text = launchAgent({
    label: 'llmd',
    command: ['/opt/node & co/bin/node', '/opt/<llmd>/bin/run.js'],
    home: '/Users/a/llmd',
    logFile: '/Users/a/llmd/logs/llmd.log',
  })
  const input = sealed({ path: 'llmd.plist', text })
  expect(JSON.parse(execFileSync('python3', ['-c', toJson], { input, encoding: 'utf8' }))).toEqual({
    Label: 'llmd',
    ProgramArguments: ['/opt/node & co/bin/node', '/opt/<llmd>/bin/run.js', 'serve', '--no-first-token'],
    EnvironmentVariables: { LLMD_HOME: '/Users/a/llmd' },
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ExitTimeOut: 60,
    SoftResourceLimits: { NumberOfFiles: 65_536 },
    Umask: 0o077,
    StandardOutPath: '/Users/a/llmd/logs/llmd.log',
    StandardErrorPath: '/Users/a/llmd/logs/llmd.log',
  })
})
