import type { Principal } from '../access/token-store.ts'
import type { Scope } from '../api/tokens.ts'
import { LlmdError } from '../errors.ts'
import { promptToolPaths } from './routes/prompt-tools.ts'

const ofModels: Scope[] = ['llm-all']
const ofManagement: Scope[] = ['admin']
const ofMetrics: Scope[] = ['metrics', 'admin']

const promptTools: ReadonlySet<string> = new Set(promptToolPaths)

/** What is at some paths takes a scope. @throws LlmdError `permission_denied` */
export function requireScope(path: string, { scopes: granted }: Principal): void {
  const scopes = scopesFor(path)
  if (!scopes || scopes.some((scope) => granted.has(scope))) return
  throw new LlmdError('permission_denied', `This needs a token with the scope ${scopes.join(' or ')}.`)
}

/** Any of them will do. */
function scopesFor(path: string): Scope[] | undefined {
  if (isWithin(path, '/v1') || isWithin(path, '/mcp') || promptTools.has(path)) return ofModels
  if (isWithin(path, '/llmd')) return ofManagement
  return path === '/metrics' ? ofMetrics : undefined
}

function isWithin(path: string, folder: string): boolean {
  return path.startsWith(folder) && (path.length === folder.length || path[folder.length] === '/')
}
