import { requireScopes } from '../access/require-scopes.ts'
import { modelsAlone } from '../access/token-refusals.ts'
import type { Principal, TokenStore } from '../access/token-store.ts'
import { withoutToken } from '../access/without-token.ts'
import type { CreatedToken } from '../api/tokens.ts'
import { toLlmdError } from '../errors.ts'
import type { Log } from '../log.ts'
import { Secret } from '../secret.ts'
import { isLive, type LiveDeployment } from './deployment.ts'
import type { TokenOfDeployment } from './deployments.ts'
import { ended, keyGone, notReady } from './refusals.ts'

/** Whoever else may make keys, a deployment makes its first one itself. */
const self = withoutToken(['llm-all'])

/** The keys of deployments. */
export interface DeploymentKeys {
  /** @throws LlmdError `deployment_ended`, `invalid_request` for other scopes, and what making tokens throws */
  create(deployment: LiveDeployment, token: TokenOfDeployment, maker: Principal): Promise<CreatedToken>
  /** Gives it the key that it has from the beginning, for somebody to take; without one, it goes on. */
  createFirst(deployment: LiveDeployment): Promise<void>
  /** @throws LlmdError `permission_denied`, `deployment_not_ready`, `deployment_key_not_found` */
  takeFirst(deployment: LiveDeployment, asker: Principal): CreatedToken
}

export function createDeploymentKeys({
  tokens,
  log,
}: {
  tokens: Pick<TokenStore, 'create' | 'revoke' | 'watch'>
  log: Log
}): DeploymentKeys {
  async function create(deployment: LiveDeployment, token: TokenOfDeployment, maker: Principal) {
    if (token.scopes.some((scope) => scope !== 'llm-all')) throw modelsAlone()
    const created = await tokens.create({ ...token, deployment: deployment.row.id }, maker)
    if (isLive(deployment)) return created
    // It has ended meanwhile, and did not know of this one.
    await tokens.revoke(created.id)
    throw ended(deployment.row)
  }

  /** Returns it as long as it was neither revoked nor replaced. */
  function keep({ key, ...token }: CreatedToken): () => CreatedToken | undefined {
    const secret = new Secret(key)
    const isGood = tokens.watch(token.id)
    return () => (isGood() ? { ...token, key: secret.reveal() } : undefined)
  }

  return {
    create,
    async createFirst(deployment) {
      const { id } = deployment.row
      try {
        const token = { name: `${id}-default`, scopes: ['llm-all' as const], expires_at: null }
        deployment.firstKey = keep(await create(deployment, token, self))
      } catch (error) {
        const { code, message } = toLlmdError(error)
        log.warn('a deployment got no key', { deployment: id, code, reason: message })
      }
    },
    takeFirst(deployment, asker) {
      requireScope(asker)
      if (!deployment.ready) throw notReady(deployment.row)
      const key = deployment.firstKey?.()
      deployment.firstKey = null
      if (!key) throw keyGone(deployment.row)
      return key
    },
  }
}

/** Who gets a key can do what it can. @throws LlmdError `permission_denied` */
export function requireScope(asker: Principal): void {
  requireScopes(['llm-all'], asker)
}
