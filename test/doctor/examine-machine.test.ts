import { expect, test } from 'vitest'
import { examineMachine, thisMachine, type Machine } from '../../src/doctor/examine-machine.ts'

const well: Machine = {
  env: {},
  nodeVersion: '24.21.0',
  platform: 'linux',
  now: Date.parse('2026-01-31T12:00:00Z'),
  availableBytes: 8e9,
  totalBytes: 16e9,
  descriptorLimit: 20_000,
}

const levels = (machine: Machine) =>
  Object.fromEntries(examineMachine(machine).map(({ check, level }) => [check, level]))

test('a machine as it should be has nothing but oks', () => {
  expect(new Set(Object.values(levels(well)))).toEqual(new Set(['ok']))
})

test.for<[string, Partial<Machine>, string, string]>([
  ['an old Node.js', { nodeVersion: '22.1.0' }, 'node', 'problem'],
  ['a clock at its beginning', { now: 0 }, 'clock', 'problem'],
  ['a clock far ahead', { now: Date.parse('2100-01-01') }, 'clock', 'problem'],
  ['hardly any memory', { availableBytes: 2e8 }, 'memory', 'warning'],
  ['few descriptors', { descriptorLimit: 256 }, 'descriptors', 'warning'],
])('%s is found, with a cure', ([, change, check, level]) => {
  const found = examineMachine({ ...well, ...change }).find((finding) => finding.check === check)
  expect(found).toMatchObject({ level, cure: expect.any(String) })
})

test('elsewhere than on Linux it says what it knows', () => {
  const found = levels({ ...well, platform: 'darwin', availableBytes: null, descriptorLimit: null })
  expect(found).toEqual({ node: 'ok', clock: 'ok', memory: 'ok' })
})

test('this machine can be told of', () => {
  expect(levels(thisMachine(process.env))).toMatchObject({ node: 'ok', clock: 'ok' })
})
