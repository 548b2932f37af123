import type { AnyTab } from '../contract.ts'
import { aliasesTab } from './aliases.ts'
import { downloadsTab } from './downloads.ts'
import { helpTab } from './help.ts'
import { logsTab } from './logs.ts'
import { modelsTab } from './models.ts'
import { overviewTab } from './overview.ts'
import { providersTab } from './providers.ts'
import { requestsTab } from './requests.ts'
import { tokensTab } from './tokens.ts'
import { usageTab } from './usage.ts'

/** All tabs, in the order of their keys. */
export function createTabs(): readonly AnyTab[] {
  const tabs: readonly AnyTab[] = [
    overviewTab(),
    modelsTab(),
    requestsTab(),
    logsTab(),
    tokensTab(),
    providersTab(),
    aliasesTab(),
    downloadsTab(),
    usageTab(),
  ]
  return [...tabs, helpTab(tabs)]
}
