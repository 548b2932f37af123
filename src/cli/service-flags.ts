import { homedir } from 'node:os'
import { join } from 'node:path'
import * as Flags from '@oclif/core/flags'
import { openSettings } from '../config/live-settings.ts'
import type { Paths } from '../config/paths.ts'
import { planService } from '../service/plan-service.ts'
import type { ServicePlan } from '../service/service-plan.ts'

/** What kind of service llmd is to be. */
export const serviceFlags = {
  user: Flags.boolean({
    summary: 'For this user alone; the default unless root asks.',
    exclusive: ['system'],
  }),
  system: Flags.boolean({
    summary: 'For the whole machine, under a user that systemd makes; the default for root.',
  }),
  gpu: Flags.boolean({ summary: 'Let it use the GPUs.' }),
  'socket-activation': Flags.boolean({
    summary: 'Have systemd open the port: while llmd restarts, connections wait.',
  }),
}

interface ServiceFlags {
  user: boolean
  system: boolean
  gpu: boolean
  'socket-activation': boolean
}

/** @throws LlmdError `invalid_request`, `invalid_settings` */
export function planFromFlags(
  flags: ServiceFlags,
  { root, paths }: { root: string; paths: Paths },
): ServicePlan {
  const isSystem = flags.system || (!flags.user && process.platform === 'linux' && process.getuid?.() === 0)
  // The system's service has a folder of its own, and nothing of this environment.
  const settings = () =>
    openSettings(isSystem ? { folder: '/etc/llmd', env: {} } : { folder: paths.config, env: process.env })
      .current
  return planService({
    platform: process.platform,
    scope: isSystem ? 'system' : 'user',
    command: [process.execPath, join(root, 'bin/run.js')],
    env: process.env,
    userHome: homedir(),
    logFile: paths.daemonLog,
    gpu: flags.gpu,
    listen: flags['socket-activation'] ? settings().server : undefined,
  })
}
