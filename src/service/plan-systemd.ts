import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { LlmdError } from '../errors.ts'
import type { ServiceOptions, ServicePlan } from './service-plan.ts'
import { systemdSocketUnit } from './systemd-socket-unit.ts'
import { systemdUnit } from './systemd-unit.ts'

/** Units of systemd. @throws LlmdError `invalid_request` for what they could not do */
export function planSystemd(options: ServiceOptions): ServicePlan {
  const { scope, command, env, userHome, gpu, listen } = options
  const isSystem = scope === 'system'
  if (isSystem) refuseHidden(command)
  const folder = isSystem
    ? '/etc/systemd/system'
    : join(env['XDG_CONFIG_HOME'] || join(userHome, '.config'), 'systemd/user')
  const service = {
    path: join(folder, 'llmd.service'),
    text: systemdUnit({
      command,
      scope,
      home: !isSystem && env['LLMD_HOME'] ? resolve(env['LLMD_HOME']) : undefined,
      gpu,
      deviceGroups: gpu ? groupsOfDevices() : [],
      socketActivation: listen !== undefined,
      masterKey: isSystem ? findMasterKey() : undefined,
    }),
  }
  const socket = join(folder, 'llmd.socket')
  const systemctl = isSystem ? 'systemctl' : 'systemctl --user'
  const units = listen ? 'llmd.socket llmd.service' : 'llmd.service'
  return {
    files: listen
      ? [service, { path: socket, text: systemdSocketUnit({ listen: listenStream(listen) }) }]
      : [service],
    removable: {
      files: [service.path, socket],
      links: [
        join(folder, isSystem ? 'multi-user.target.wants' : 'default.target.wants', 'llmd.service'),
        join(folder, 'sockets.target.wants', 'llmd.socket'),
      ],
    },
    next: {
      installed: [
        `${systemctl} daemon-reload`,
        `${systemctl} enable --now ${units}`,
        ...(isSystem ? [] : ['loginctl enable-linger']),
        `llmd tokens create laptop${isSystem ? ' --host unix:///run/llmd/llmd.sock' : ''}`,
      ],
      removed: [`${systemctl} stop 'llmd.*'`, `${systemctl} daemon-reload`],
    },
  }
}

/** What the system's unit cannot see, it cannot run. */
function refuseHidden(command: string[]): void {
  const hidden = command
    .map((path) => realpathSync(path))
    .find((path) => /^\/(home|root|run\/user|tmp|var\/tmp)\//.test(path))
  if (hidden === undefined) return
  throw new LlmdError('invalid_request', `A system service cannot see ${hidden}.`, {
    hint: 'Install Node.js and llmd for all users, below /usr or /opt, or say --user.',
  })
}

function groupsOfDevices(): string[] {
  const groups = new Set(
    readFileSync('/etc/group', 'utf8')
      .split('\n')
      .map((line) => line.split(':')[0]),
  )
  return ['video', 'render'].filter((group) => groups.has(group))
}

function findMasterKey(): { path: string; encrypted: boolean } | undefined {
  return [
    { path: '/etc/credstore.encrypted/llmd-master-key', encrypted: true },
    { path: '/etc/credstore/llmd-master-key', encrypted: false },
  ].find(({ path }) => existsSync(path))
}

function listenStream({ host, port }: { host: string; port: number }): string {
  const address = host === 'localhost' ? '127.0.0.1' : host
  if (isIP(address) && port > 0) return `${isIP(address) === 6 ? `[${address}]` : address}:${port}`
  throw new LlmdError('invalid_request', `systemd cannot open a socket at ${host}:${port}.`, {
    hint: 'Set server.host to an IP address, and server.port to another than 0.',
  })
}
