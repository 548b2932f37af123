import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import type { EditProvider } from '../api/providers.ts'
import { headerFlag } from './header-flag.ts'

/** How a provider is reached and what it serves, as flags of `providers add` and `providers edit`. */
export const providerFlags = {
  format: Flags.option({ summary: 'What it speaks.', options: ['openai'] as const })(),
  'base-url': Flags.string({ summary: 'Everything before /chat/completions.', helpValue: 'URL' }),
  prefix: Flags.string({ summary: 'Put before the ids of its models, as in or/.', helpValue: 'TEXT' }),
  model: Flags.string({
    summary: 'Id of a model to serve; can be given several times.',
    helpValue: 'ID',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'all-models': Flags.boolean({ summary: 'Serve whatever it has; needs a prefix.', allowNo: true }),
  header: headerFlag({
    summary: 'Header to send with every request; can be given several times, and replaces those before.',
    helpValue: 'NAME:VALUE',
    multiple: true,
    multipleNonGreedy: true,
  }),
  organization: Flags.string({ summary: 'OpenAI organization to ask for.', helpValue: 'ID' }),
  project: Flags.string({ summary: 'OpenAI project to ask for.', helpValue: 'ID' }),
  proxy: Flags.string({ summary: 'HTTP proxy to go through.', helpValue: 'URL' }),
  'ca-file': Flags.string({ summary: 'PEM file of the authority to trust.', helpValue: 'FILE' }),
  socket: Flags.string({ summary: 'Unix socket to connect to instead of the host.', helpValue: 'PATH' }),
  'allow-private': Flags.boolean({
    summary: 'Let the host be on this machine or in a private network.',
    allowNo: true,
  }),
  'no-verify': Flags.boolean({ summary: 'Save without trying the connection.' }),
  override: Flags.boolean({ summary: 'Save although a name is taken; who has it keeps it.' }),
}

/** What oclif makes of the flags above. */
interface GivenFlags {
  format?: 'openai' | undefined
  'base-url'?: string | undefined
  prefix?: string | undefined
  model?: string[] | undefined
  'all-models'?: boolean | undefined
  header?: { name: string; value: string }[] | undefined
  organization?: string | undefined
  project?: string | undefined
  proxy?: string | undefined
  'ca-file'?: string | undefined
  socket?: string | undefined
  'allow-private'?: boolean | undefined
  'no-verify': boolean
  override: boolean
}

/** The settings that were given; files by their full path. */
export function givenProviderSettings(flags: GivenFlags): EditProvider {
  const { format, prefix, organization, project, proxy } = flags
  const baseUrl = flags['base-url']
  const allModels = flags['all-models']
  const allowPrivate = flags['allow-private']
  return {
    ...(format !== undefined && { format }),
    ...(baseUrl !== undefined && { base_url: baseUrl }),
    ...(prefix !== undefined && { prefix }),
    ...(flags.model && { models: flags.model }),
    ...(allModels !== undefined && { all_models: allModels }),
    ...(flags.header && {
      headers: Object.fromEntries(flags.header.map(({ name, value }) => [name, value])),
    }),
    ...(organization !== undefined && { organization }),
    ...(project !== undefined && { project }),
    ...(proxy !== undefined && { proxy }),
    ...(flags['ca-file'] !== undefined && { ca_file: resolve(flags['ca-file']) }),
    ...(flags.socket !== undefined && { socket: resolve(flags.socket) }),
    ...(allowPrivate !== undefined && { allow_private: allowPrivate }),
    ...(flags['no-verify'] && { verify: false }),
    ...(flags.override && { override: true }),
  }
}
