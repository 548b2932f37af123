import { Secret } from '../secret.ts'
import type { SecretPlace, Vault } from '../secrets/vault.ts'
import { createMcpServerTable, type McpServerRow } from '../storage/mcp-server-table.ts'
import type { SecretStore } from '../storage/secret-store.ts'

type Target = McpServerRow['target']

/** The key of a server that runs elsewhere. @throws LlmdError `sealed`, `data_corrupt` */
export function keyOf(vault: Vault, { name, target, secret }: McpServerRow): Secret | null {
  return secret === null ? null : vault.decrypt(secret, placeOf(name, target))
}

/** The variables of a server that llmd runs. @throws LlmdError `sealed`, `data_corrupt` */
export function variablesOf(vault: Vault, { name, target, secret }: McpServerRow): Record<string, string> {
  return secret === null ? {} : JSON.parse(vault.decrypt(secret, placeOf(name, target)).reveal())
}

/** As it is to be stored. @throws LlmdError `sealed` */
export async function encryptSecret(
  vault: Vault,
  { name, target }: Pick<McpServerRow, 'name' | 'target'>,
  { key, env }: { key: string | undefined; env: Record<string, string> },
): Promise<string | null> {
  const text = key ?? (Object.keys(env).length === 0 ? undefined : JSON.stringify(env))
  return text === undefined ? null : vault.encrypt(new Secret(text), placeOf(name, target))
}

/** The stored secrets, for whoever encrypts them anew. */
export const mcpSecrets: SecretStore = {
  async list(within) {
    const rows = await createMcpServerTable(within).all()
    return rows.flatMap(({ name, target, secret }) =>
      secret === null ? [] : { stored: secret, place: placeOf(name, target) },
    )
  },
  async replace(changes, within) {
    const table = createMcpServerTable(within)
    for (const { place, stored } of changes) await table.setSecret(place.row, stored)
  },
}

/** Whom it is for is bound into the secret: nobody who may not see it can have it sent, or handed, to another. */
function placeOf(name: string, target: Target): SecretPlace {
  const origin = target.kind === 'http' ? new URL(target.url).origin : JSON.stringify(target.command)
  return { table: 'mcp_servers', row: name, column: 'secret', origin }
}
