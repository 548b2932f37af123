import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import type { TargetHealth } from '../../src/api/models.ts'
import { createCatalog, type CatalogOptions } from '../../src/catalog/create-catalog.ts'
import type { ServedName, ServedNames } from '../../src/catalog/served-names.ts'
import { checkParameters } from '../../src/formats/openai-chat/check-parameters.ts'
import { createInference } from '../../src/inference/create-inference.ts'
import type { Inference } from '../../src/inference/inference.ts'
import { createLog } from '../../src/log.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createModelTable } from '../../src/storage/model-table.ts'
import { createMemoryCrashTable } from '../fixtures/memory-crash-table.ts'
import { temporaryFolder } from '../temporary-folder.ts'

export const well: TargetHealth = { state: 'ready', retry_at: null, last_error: null }

/** Providers that can be changed, and the names that they bring, as in `{ openrouter: ['or/llama'] }`. */
export function fakeProviders(providers: Record<string, string[]> = {}): ServedNames {
  const served = () =>
    Object.entries(providers).flatMap(([provider, names]) =>
      names.map((name): ServedName => ({
        name,
        provider,
        model: `id of ${name}`,
        createdAt: '2026-01-01T00:00:00.000Z',
      })),
    )
  const find = (name: string) => served().find((one) => one.name === name)
  return {
    has: (name) => Object.hasOwn(providers, name),
    served,
    find,
    taken(name) {
      const owner = find(name)
      return owner && `the provider ${owner.provider}`
    },
  }
}

/** Loads nothing. */
export function idleInference(): Inference {
  return createInference({
    workerPath: '',
    inspectPath: '',
    env: {},
    stateRoot: temporaryFolder(),
    keptBytes: 0,
    crashes: createMemoryCrashTable(),
    onEvent: () => {},
    log: createLog({ level: 'error', write: () => {} }),
  })
}

/** A catalog over a real database and an inference that loads nothing. */
export async function openIdleCatalog({
  file = join(temporaryFolder(), 'state.db'),
  ...options
}: { file?: string } & Partial<Omit<CatalogOptions, 'table' | 'log' | 'assetsFolder'>> = {}) {
  const database = await openDatabase(file)
  const log = createLog({ level: 'error', write: () => {} })
  const catalog = await createCatalog({
    table: createModelTable(database),
    inference: idleInference(),
    providers: fakeProviders(),
    health: () => well,
    log,
    checkParams: checkParameters,
    assetsFolder: fileURLToPath(new URL('../../assets/', import.meta.url)),
    ...options,
  })
  return { catalog, file, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }
}
