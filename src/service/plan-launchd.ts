import { join, resolve } from 'node:path'
import { LlmdError } from '../errors.ts'
import { launchAgent } from './launch-agent.ts'
import type { ServiceOptions, ServicePlan } from './service-plan.ts'

/** An agent of launchd. @throws LlmdError `invalid_request` for what it cannot do */
export function planLaunchd({
  scope,
  command,
  env,
  userHome,
  logFile,
  gpu,
  listen,
}: ServiceOptions): ServicePlan {
  if (scope === 'system' || gpu || listen) {
    throw new LlmdError('invalid_request', 'On macOS llmd is an agent of its user.', {
      hint: 'Leave --system, --gpu and --socket-activation out: GPUs need no permission here.',
    })
  }
  const label = 'llmd'
  const path = join(userHome, 'Library/LaunchAgents', `${label}.plist`)
  const home = env['LLMD_HOME'] ? resolve(env['LLMD_HOME']) : undefined
  const text = launchAgent({ label, command, home, logFile })
  return {
    files: [{ path, text }],
    removable: { files: [path], links: [] },
    next: {
      installed: [`launchctl bootstrap gui/$(id -u) ${path}`, 'llmd tokens create laptop'],
      removed: [`launchctl bootout gui/$(id -u)/${label}`],
    },
  }
}
