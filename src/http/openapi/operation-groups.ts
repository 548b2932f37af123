import type { OperationGroup } from './operation.ts'
import { tokenOperations, vaultOperations } from './operations/access-operations.ts'
import { chatOperations } from './operations/chat-operations.ts'
import { daemonOperations, requestOperations } from './operations/daemon-operations.ts'
import { deploymentOperations } from './operations/deployment-operations.ts'
import { downloadOperations } from './operations/download-operations.ts'
import { healthOperations, metricsOperations } from './operations/health-operations.ts'
import { apiKeyOperations, issuerOperations } from './operations/issuer-operations.ts'
import { mcpOperations, mcpServerOperations } from './operations/mcp-operations.ts'
import { modelOperations } from './operations/model-operations.ts'
import { priceOperations } from './operations/price-operations.ts'
import { promptToolOperations } from './operations/prompt-tool-operations.ts'
import { providerOperations } from './operations/provider-operations.ts'
import { publicModelOperations } from './operations/public-model-operations.ts'
import { vectorOperations } from './operations/vector-operations.ts'

/** All that is served, in the order of the document. A test compares it with the routes. */
export const operationGroups: readonly OperationGroup[] = [
  chatOperations,
  vectorOperations,
  promptToolOperations,
  publicModelOperations,
  mcpOperations,
  apiKeyOperations,
  healthOperations,
  metricsOperations,
  daemonOperations,
  requestOperations,
  modelOperations,
  downloadOperations,
  deploymentOperations,
  providerOperations,
  mcpServerOperations,
  tokenOperations,
  issuerOperations,
  priceOperations,
  vaultOperations,
]
