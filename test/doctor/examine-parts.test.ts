import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { Finding } from '../../src/api/doctor.ts'
import type { Model } from '../../src/api/models.ts'
import type { Provider } from '../../src/api/providers.ts'
import { createDoctor } from '../../src/doctor/create-doctor.ts'
import { examineParts, type Parts } from '../../src/doctor/examine-parts.ts'
import { LlmdError } from '../../src/errors.ts'
import { demoModelPath } from '../inference/local-inference.ts'

const model = (name: string, path: string) => ({ kind: 'local', name, file: { path } }) as Model
const provider = (name: string) => ({ name }) as Provider

const well: Parts = {
  damage: () => undefined,
  diskFull: () => false,
  vault: async () => ({ state: 'open', home: 'file', kid: 'k', reason: null, hint: null }),
  listeners: () => ({ open: ['unix:///run/llmd.sock'], wanted: { host: '127.0.0.1', port: 5563 } }),
  engine: async () => ({ backend: null, gpus: [] }),
  models: () => [model('demo', demoModelPath)],
  memory: async () => ({ neededBytes: 1e9, budgetBytes: 2e9 }),
  providers: () => [provider('one')],
  providerModels: async () => ['a', 'b'],
}

function examine(change: Partial<Parts> = {}): Promise<Finding[]> {
  return createDoctor(examineParts({ ...well, ...change })).examine(new AbortController().signal)
}

test('where all is well each part says so, in their order', async () => {
  const found = await examine()
  expect(found.map(({ check }) => check)).toEqual([
    'database',
    'vault',
    'listen',
    'engine',
    'model',
    'provider',
  ])
  expect(new Set(found.map(({ level }) => level))).toEqual(new Set(['ok']))
})

const hint = 'Do this.'
const unreachable = async () => {
  throw new LlmdError('upstream_unreachable', 'It cannot be reached.', { hint })
}
const noList = async () => {
  throw new LlmdError('upstream_error', 'It has no list.')
}
const broken = async () => {
  throw new LlmdError('engine_failed', 'llama.cpp does not open here.', { hint })
}
const sealed = { state: 'sealed', home: 'keychain', kid: null, reason: 'It is locked.', hint } as const

test.for<[string, Partial<Parts>, Partial<Finding>]>([
  ['a damaged database', { damage: () => 'row 7' }, { check: 'database', level: 'problem' }],
  ['a full disk', { diskFull: () => true }, { check: 'database', level: 'problem' }],
  ['a sealed vault', { vault: async () => sealed }, { check: 'vault', level: 'problem', cure: hint }],
  ['an engine that does not open', { engine: broken }, { check: 'engine', level: 'problem', cure: hint }],
  [
    'a model whose file is gone',
    { models: () => [model('m', '/nowhere')] },
    { check: 'model', level: 'problem' },
  ],
  [
    'a model that does not fit',
    { memory: async () => ({ neededBytes: 3e9, budgetBytes: 2e9 }) },
    { check: 'model', level: 'warning' },
  ],
  [
    'a provider that cannot be reached',
    { providerModels: unreachable },
    { check: 'provider', level: 'problem', message: 'one: It cannot be reached.', cure: hint },
  ],
  ['a provider without a list', { providerModels: noList }, { check: 'provider', level: 'warning' }],
])('%s is found, and what to do', async ([, change, finding]) => {
  const found = await examine(change)
  expect(found).toContainEqual({
    message: expect.any(String),
    cure: expect.any(String),
    ...finding,
  })
  expect(found.filter(({ level }) => level !== 'ok')).toHaveLength(1)
})

const listening = (port: number): Partial<Parts> => ({
  listeners: () => ({ open: [], wanted: { host: '127.0.0.1', port } }),
})

test('without a daemon its port is tried', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  expect(await examine(listening(port))).toContainEqual(
    expect.objectContaining({
      check: 'listen',
      level: 'problem',
      message: expect.stringContaining('EADDRINUSE'),
    }),
  )
  expect(await examine(listening(0))).toContainEqual(
    expect.objectContaining({ check: 'listen', level: 'ok' }),
  )
})

test('who gives up is not told', async () => {
  const gone = new AbortController()
  const examination = createDoctor(
    examineParts({
      ...well,
      async providerModels(_name, signal) {
        gone.abort(new Error('left'))
        signal.throwIfAborted()
        return []
      },
    }),
  ).examine(gone.signal)
  await expect(examination).rejects.toThrow('left')
})
