import { existsSync, readFileSync } from 'node:fs'
import { totalmem, userInfo } from 'node:os'
import { join } from 'node:path'
import { type Finding, gigabytes, ok, problem, warning } from './finding.ts'

export interface Machine {
  env: NodeJS.ProcessEnv
  nodeVersion: string
  platform: NodeJS.Platform
  /** The wall clock, in milliseconds since 1970. */
  now: number
  /** Bytes that could be taken without anybody else losing theirs; null where that is not known. */
  availableBytes: number | null
  totalBytes: number
  /** Files that this process may have open; null where that is not known. */
  descriptorLimit: number | null
}

/** No llmd runs before it was written. */
const earliest = Date.parse('2025-06-01')
/** Certificates of today say nothing of it. */
const latest = Date.parse('2060-01-01')

const fewDescriptors = 1024
const littleMemory = 1e9

/** What can be said of the machine without looking at any data. */
export function examineMachine(machine: Machine): Finding[] {
  return [node(machine), clock(machine), memory(machine), descriptors(machine), service(machine)].flat()
}

function node({ nodeVersion }: Machine): Finding {
  const message = `Node.js ${nodeVersion}`
  if (Number.parseInt(nodeVersion, 10) >= 24) return ok('node', message)
  return problem('node', `${message} is too old.`, 'Install Node.js 24 or newer.')
}

function clock({ now }: Machine): Finding {
  if (now >= earliest && now <= latest) return ok('clock', new Date(now).toISOString())
  return problem(
    'clock',
    `The clock says ${new Date(now).toISOString()}.`,
    'Set it, best by NTP: providers are refused and tokens expire by it.',
  )
}

function memory({ availableBytes, totalBytes }: Machine): Finding {
  if (availableBytes === null) return ok('memory', `${gigabytes(totalBytes)} in all`)
  const message = `${gigabytes(availableBytes)} of ${gigabytes(totalBytes)} are available`
  if (availableBytes >= littleMemory) return ok('memory', message)
  return warning('memory', `Only ${message}.`, 'End what needs much of it, or unload models.')
}

function descriptors({ descriptorLimit }: Machine): Finding[] {
  if (descriptorLimit === null) return []
  const message = `${descriptorLimit} files and connections may be open`
  if (descriptorLimit >= fewDescriptors) return [ok('descriptors', message)]
  return [
    warning('descriptors', `Only ${message}.`, 'Raise the limit: ulimit -n, or LimitNOFILE= of the unit.'),
  ]
}

function service({ env, platform }: Machine): Finding[] {
  if (platform !== 'linux' || !existsSync('/run/systemd/system')) return []
  if (env['NOTIFY_SOCKET'] !== undefined) return [ok('service', 'systemd looks after the daemon.')]
  const { username } = userInfo()
  if (!existsSync(join('/var/lib/systemd/linger', username)) && process.getuid?.() !== 0) {
    return [
      ok(
        'service',
        `Services of ${username} end when ${username} logs out; loginctl enable-linger keeps them.`,
      ),
    ]
  }
  return [ok('service', 'No service manager looks after this process; llmd service install has one do it.')]
}

/** The one that this process runs on. */
export function thisMachine(env: NodeJS.ProcessEnv): Machine {
  const available = /^MemAvailable: +(\d+) kB$/m.exec(read('/proc/meminfo'))?.[1]
  const limit = /^Max open files +(\d+)/m.exec(read('/proc/self/limits'))?.[1]
  return {
    env,
    nodeVersion: process.versions.node,
    platform: process.platform,
    now: Date.now(),
    availableBytes: available === undefined ? null : Number(available) * 1024,
    totalBytes: totalmem(),
    descriptorLimit: limit === undefined ? null : Number(limit),
  }
}

/** Empty where there is no such file, as outside of Linux. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
