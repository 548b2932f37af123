import { planLaunchd } from './plan-launchd.ts'
import { planSystemd } from './plan-systemd.ts'
import type { ServiceOptions, ServicePlan } from './service-plan.ts'

/** @throws LlmdError `invalid_request` for what the service manager of this platform cannot do */
export function planService(options: ServiceOptions): ServicePlan {
  return options.platform === 'darwin' ? planLaunchd(options) : planSystemd(options)
}
