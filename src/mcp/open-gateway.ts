import type { Log } from '../log.ts'
import type { Vault } from '../secrets/vault.ts'
import type { McpServerRow } from '../storage/mcp-server-table.ts'
import type { McpGateway } from './gateway.ts'
import { createHttpGateway } from './http/create-http-gateway.ts'
import { keyOf, variablesOf } from './server-secrets.ts'
import { createBackoff } from './stdio/backoff.ts'
import { createStdioGateway } from './stdio/create-stdio-gateway.ts'

/** Makes the way to a server. @throws LlmdError `sealed`, `data_corrupt`, `upstream_unreachable` */
export type OpenGateway = (row: McpServerRow) => McpGateway

const minute = 60_000

/** A tool may work for minutes without a word. */
const deadlines = { connect: 10_000, firstByte: 10 * minute, idle: 10 * minute }

const timing = {
  initialize: minute,
  silence: 10 * minute,
  idle: 10 * minute,
  heartbeat: 15_000,
  farewell: 1000,
}

/** @param options.env what of it is harmless, programs get too */
export function gatewayOpener({
  vault,
  env,
  log,
}: {
  vault: Vault
  env: NodeJS.ProcessEnv
  log: Log
}): OpenGateway {
  return (row) => {
    const { name, target } = row
    if (target.kind === 'http') {
      return createHttpGateway({ name, ...target, key: keyOf(vault, row) }, { deadlines })
    }
    const server = { name, command: target.command, variables: variablesOf(vault, row) }
    return createStdioGateway({ server, env, backoff: createBackoff(), timing, log })
  }
}
