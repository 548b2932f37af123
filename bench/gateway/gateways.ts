import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startDaemon } from '../common/start-daemon.ts'
import { startAnsweringNginx, startProxyingNginx } from './nginx.ts'
import { ownedProcess } from './owned-process.ts'

/** Gateways compute on one core, everything else on the other. */
const gatewayCore = '1'
export const otherCore = '0'

/** Where gateways of two processes are compared with those of one: beside the other core, if the machine has so many. */
export const twoCores = availableParallelism() > 2 ? '1,2' : '0,1'

const ports = { completions: 18_101, events: 18_102, nginx: 18_103, portkey: 18_104, bare: 18_105 }

const portkeyVersion = '1.15.2'

export interface Gateway {
  name: string
  pid: number
  /** Where to ask for whole answers and for streams, and with what headers and model. */
  completions: Endpoint
  events: Endpoint
}

interface Endpoint {
  url: string
  headers: Record<string, string>
  model: string
}

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const address = (port: number) => `http://127.0.0.1:${port}`

export async function startUpstreams(resources: AsyncDisposableStack, folder: string): Promise<Gateway> {
  resources.use(await startAnsweringNginx({ folder, port: ports.completions, cores: otherCore }))
  const child = spawn(
    'taskset',
    ['-c', otherCore, process.execPath, pathOf('event-upstream.ts'), String(ports.events)],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  const events = resources.use(await ownedProcess(child, ports.events))
  return {
    name: 'direct',
    pid: events.pid,
    completions: upstreamAt(ports.completions),
    events: upstreamAt(ports.events),
  }
}

function upstreamAt(port: number): Endpoint {
  return { url: `${address(port)}/v1/chat/completions`, headers: {}, model: 'bench-model' }
}

export async function startNginx(resources: AsyncDisposableStack, folder: string): Promise<Gateway> {
  const { completions, events, nginx } = ports
  const { pid } = resources.use(
    await startProxyingNginx({ folder, port: nginx, cores: gatewayCore, completions, events }),
  )
  return { name: 'nginx', pid, completions: nginxAt('completions'), events: nginxAt('events') }
}

function nginxAt(part: string): Endpoint {
  const url = `${address(ports.nginx)}/${part}/v1/chat/completions`
  return { url, headers: {}, model: 'bench-model' }
}

/** With all that a request passes: its token, a name of its own for the model, the ledger and the log. */
export async function startLlmd(
  resources: AsyncDisposableStack,
  { cores = gatewayCore, fronts = 1 }: { cores?: string; fronts?: number } = {},
): Promise<Gateway> {
  const daemon = resources.use(await startDaemon({ cores, env: { LLMD_SERVER_FRONTS: String(fronts) } }))
  for (const name of ['completions', 'events'] as const) {
    await daemon.admin.addProvider({
      name,
      format: 'openai',
      base_url: `${address(ports[name])}/v1`,
      prefix: `${name}/`,
      models: ['bench-model'],
      key: 'sk-upstream',
      verify: false,
    })
  }
  const { url, key } = daemon.server
  const endpoint = (prefix: string) => ({
    url: `${url}/v1/chat/completions`,
    headers: { authorization: `Bearer ${key}` },
    model: `${prefix}/bench-model`,
  })
  return {
    name: 'llmd',
    pid: daemon.pid,
    completions: endpoint('completions'),
    events: endpoint('events'),
  }
}

/** So many processes that share a port, and do nothing but pass on. */
export async function startBareProxy(
  resources: AsyncDisposableStack,
  { processes }: { processes: 1 | 2 },
): Promise<Gateway> {
  const port = ports.bare + processes
  let pid = 0
  for (let index = 0; index < processes; index++) {
    const args = [process.execPath, pathOf('bare-proxy.ts'), String(port), String(ports.completions)]
    const child = spawn('taskset', ['-c', twoCores, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
    pid = resources.use(await ownedProcess(child, port)).pid
  }
  const endpoint = { url: `${address(port)}/v1/chat/completions`, headers: {}, model: 'bench-model' }
  return { name: `bare proxy, ${processes}`, pid, completions: endpoint, events: endpoint }
}

export async function startPortkey(resources: AsyncDisposableStack): Promise<Gateway> {
  const folder = installPortkey()
  const script = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js')
  const child = spawn(
    'taskset',
    ['-c', gatewayCore, process.execPath, script, `--port=${ports.portkey}`, '--headless'],
    { stdio: 'ignore', env: { ...process.env, NODE_ENV: 'production' } },
  )
  const { pid } = resources.use(await ownedProcess(child, ports.portkey))
  const endpoint = (port: number) => ({
    url: `${address(ports.portkey)}/v1/chat/completions`,
    headers: {
      authorization: 'Bearer sk-upstream',
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `${address(port)}/v1`,
    },
    model: 'bench-model',
  })
  return { name: 'Portkey', pid, completions: endpoint(ports.completions), events: endpoint(ports.events) }
}

/** From npm, once, into the system's folder for temporary files. */
function installPortkey(): string {
  const folder = join(tmpdir(), `llmd-bench-portkey-${portkeyVersion}`)
  if (!existsSync(join(folder, 'node_modules/@portkey-ai/gateway'))) {
    const { status, stderr } = spawnSync(
      'npm',
      ['install', '--prefix', folder, '--no-save', `@portkey-ai/gateway@${portkeyVersion}`],
      { encoding: 'utf8' },
    )
    if (status !== 0) throw new Error(`Portkey cannot be installed: ${stderr}`)
  }
  return folder
}
