import type { Paths } from '../config/paths.ts'
import type { Transport } from './transport.ts'

export interface InProcessTransport extends AsyncDisposable {
  transport: Transport
}

/**
 * The daemon's own app within this process, for as long as one command takes. Nothing listens.
 * @throws LlmdError `data_locked` when a daemon has the data, `invalid_settings`, `data_corrupt`, `data_too_new`
 */
export async function openInProcess({
  paths,
  env,
  version,
  token,
}: {
  paths: Paths
  env: NodeJS.ProcessEnv
  version: string
  token?: string
}): Promise<InProcessTransport> {
  // Loaded only here: everything else in the client starts fast without it.
  const { openDaemon } = await import('../daemon.ts')
  const daemon = await openDaemon({
    paths,
    env,
    kind: 'command',
    version,
    // The command itself reports what failed; the log is for those who look into llmd.
    writeLog: (line) => void (env['LLMD_DEBUG'] === '1' && process.stderr.write(line)),
  })
  return {
    async transport({ method, path, body, signal }) {
      const headers = new Headers({ host: 'localhost' })
      if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
      if (body !== undefined) headers.set('content-type', 'application/json')
      const request = new Request(new URL(path, 'http://localhost'), {
        method,
        headers,
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
      })
      const response = await daemon.fetch(request)
      return {
        status: response.status,
        requestId: response.headers.get('x-request-id') ?? undefined,
        body: response.body ?? noBody(),
      }
    },
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  }
}

async function* noBody(): AsyncGenerator<Uint8Array> {}
