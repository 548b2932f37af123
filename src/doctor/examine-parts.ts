import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Model } from '../api/models.ts'
import type { Provider } from '../api/providers.ts'
import type { VaultStatus } from '../api/vault.ts'
import { toLlmdError } from '../errors.ts'
import type { Examiner } from './create-doctor.ts'
import { type Finding, gigabytes, ok, problem, warning } from './finding.ts'

/** What the daemon knows, or can find out. */
export interface Parts {
  /** What is wrong with the database; undefined where nothing is. */
  damage: () => string | undefined
  /** Whether the disk is full, so that nothing is saved. */
  diskFull: () => boolean
  vault: () => Promise<VaultStatus>
  /** Addresses that are listened on, and those that a daemon would listen on. */
  listeners: () => { open: string[]; wanted: { host: string; port: number } }
  /** Opens llama.cpp in a process of its own. */
  engine: (signal: AbortSignal) => Promise<{ gpus: string[]; backend: string | null }>
  models: () => Model[]
  /** Bytes that a local model takes, and that all models together may take. */
  memory: (name: string) => Promise<{ neededBytes: number; budgetBytes: number }>
  providers: () => Provider[]
  /** Asks for the list of models, which costs no tokens. */
  providerModels: (name: string, signal: AbortSignal) => Promise<unknown[]>
}

/** Examiners of what is in the daemon's keeping. */
export function examineParts(parts: Parts): Examiner[] {
  return [
    { check: 'database', examine: () => [database(parts)] },
    { check: 'vault', examine: async () => [vault(await parts.vault())] },
    { check: 'listen', examine: () => listen(parts) },
    { check: 'engine', examine: async (signal) => [engine(await parts.engine(signal))] },
    { check: 'model', examine: () => models(parts) },
    { check: 'provider', examine: (signal) => providers(parts, signal) },
  ]
}

function database({ damage, diskFull }: Parts): Finding {
  const damaged = damage()
  if (damaged !== undefined) {
    return problem('database', `The database is damaged: ${damaged}`, 'Put a backup back: llmd restore FILE')
  }
  if (diskFull()) return problem('database', 'The disk is full: nothing is saved.', 'Make room on it.')
  return ok('database', 'The database is sound.')
}

function vault({ state, home, reason, hint }: VaultStatus): Finding {
  if (state === 'sealed') return problem('vault', reason ?? 'The vault is sealed.', hint)
  if (state === 'empty') return ok('vault', 'There are no secrets yet.')
  return ok('vault', `The keys of providers can be read; the master key is in the ${home}.`)
}

async function listen({ listeners }: Parts): Promise<Finding[]> {
  const { open, wanted } = listeners()
  if (open.length > 0) return open.map((address) => ok('listen', `The daemon listens on ${address}`))
  const failure = await tryListening(wanted)
  const address = `${wanted.host}:${wanted.port}`
  if (failure === undefined) return [ok('listen', `No daemon runs; ${address} is free for one.`)]
  return [
    problem(
      'listen',
      `No daemon runs, and it could not listen on ${address} (${failure}).`,
      'Choose another with server.port or --port, or stop what uses it.',
    ),
  ]
}

function tryListening({ host, port }: { host: string; port: number }): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
}

function engine({ gpus, backend }: Awaited<ReturnType<Parts['engine']>>): Finding {
  if (backend === null) return ok('engine', 'llama.cpp opens, and computes on the CPU.')
  return ok('engine', `llama.cpp opens, and computes by ${backend} on ${gpus.join(', ') || 'a GPU'}.`)
}

async function models(parts: Parts): Promise<Finding[]> {
  const local = parts.models().filter((model) => model.kind === 'local')
  const found = await Promise.all(
    local.map(async ({ name, file }) => {
      if (!existsSync(file.path)) {
        return problem('model', `The file of ${name} is gone: ${file.path}`, `llmd models remove ${name}`)
      }
      const { neededBytes, budgetBytes } = await parts.memory(name)
      if (neededBytes <= budgetBytes) return []
      return warning(
        'model',
        `${name} needs about ${gigabytes(neededBytes)}, and models may take ${gigabytes(budgetBytes)}.`,
        'Give it a smaller context or fewer slots, or raise models.memoryBytes.',
      )
    }),
  )
  const findings = found.flat()
  if (findings.length > 0) return findings
  return [
    ok('model', `The files of all local models are there (${local.length}), and each fits into memory.`),
  ]
}

async function providers(parts: Parts, signal: AbortSignal): Promise<Finding[]> {
  return Promise.all(
    parts.providers().map(async ({ name }) => {
      try {
        const listed = await parts.providerModels(name, signal)
        return ok('provider', `${name} answers, and lists ${listed.length} models.`)
      } catch (error) {
        signal.throwIfAborted()
        const { code, message, hint } = toLlmdError(error)
        // Some have no list at all.
        if (code === 'upstream_error')
          return warning('provider', `${name}: ${message}`, `llmd providers test ${name}`)
        return problem('provider', `${name}: ${message}`, hint ?? `llmd providers test ${name}`)
      }
    }),
  )
}
