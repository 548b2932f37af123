import { readFileSync } from 'node:fs'
import type { ProviderSettings } from '../api/providers.ts'
import { LlmdError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import type { UpstreamConnection } from './connection.ts'
import { customVendor, findVendor } from './vendors.ts'

/**
 * How a provider with these settings is reached. Reads the authority's file, once for each connection.
 * @throws LlmdError `upstream_unreachable` where that file cannot be read
 */
export function connectionOf({
  name,
  preset,
  settings,
  key,
}: {
  name: string
  preset: string | null
  settings: ProviderSettings
  key: Secret | null
}): UpstreamConnection {
  const { auth, asksForStreamUsage } = findVendor(preset) ?? customVendor
  const { headers, organization, project, proxy, socket } = settings
  const given = Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value] as const)
  return {
    provider: name,
    baseUrl: settings.base_url,
    auth,
    key,
    headers: {
      ...Object.fromEntries(given),
      ...(organization !== null && { 'openai-organization': organization }),
      ...(project !== null && { 'openai-project': project }),
    },
    proxy,
    ca: settings.ca_file === null ? null : readAuthority(settings.ca_file),
    socket,
    allowPrivate: settings.allow_private,
    asksForStreamUsage,
  }
}

function readAuthority(file: string): string {
  try {
    const text = readFileSync(file, 'utf8')
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  } catch (error) {
    throw authorityUnusable(file, error)
  }
  throw authorityUnusable(file)
}

function authorityUnusable(file: string, cause?: unknown): LlmdError {
  const problem = cause === undefined ? 'holds no certificate' : 'cannot be read'
  return new LlmdError('upstream_unreachable', `The authority's file ${file} ${problem}.`, {
    hint: 'It has to be a PEM file that the daemon may read.',
    cause,
  })
}
