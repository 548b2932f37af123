import type { EditProvider, Provider, ProviderPreset } from '../../api/providers.ts'
import { mostSelectedModels } from '../../api/most-selected-models.ts'
import { LlmdError } from '../../errors.ts'
import type { ChoiceList, Field, Values } from '../contract.ts'
import { wordsOf } from '../dialogs/pick.ts'

/** How a provider is reached and what it serves. */
type Setting =
  | 'base_url'
  | 'prefix'
  | 'serve'
  | 'models'
  | 'headers'
  | 'organization'
  | 'project'
  | 'proxy'
  | 'ca_file'
  | 'socket'
  | 'allow_private'

/** The ways to a provider: what is needed to ask it what it has. */
const reach: readonly Setting[] = [
  'base_url',
  'headers',
  'organization',
  'project',
  'proxy',
  'ca_file',
  'socket',
  'allow_private',
]

export function baseUrlField(preset?: ProviderPreset): Field {
  const taken = preset?.base_url == null ? '' : ` Empty takes ${preset.base_url}`
  const example = preset?.base_url_example ?? 'https://api.example.com/v1'
  const hint =
    taken === ''
      ? `Everything before /chat/completions, as in ${example}`
      : `Everything before /chat/completions.${taken}`
  return { name: 'base_url', label: 'Base URL', kind: 'text', hint }
}

/** What is served of it. */
export function servedFields({ serve }: Values, load: ChoiceList['load']): readonly Field[] {
  return [
    {
      name: 'prefix',
      label: 'Prefix',
      kind: 'text',
      hint: 'Put before the ids of its models, as in or/. All models need one.',
    },
    {
      name: 'serve',
      label: 'Serve',
      kind: 'choice',
      choices: ['chosen', 'all'],
      path: 'all_models',
      hint: 'The models below, or whatever it has.',
    },
    ...(serve === 'all'
      ? []
      : [
          {
            name: 'models',
            label: 'Models',
            kind: 'text',
            hint: 'Ids with spaces between; ^O asks the provider and lists what it has.',
            pick: { title: 'Models to serve', most: mostSelectedModels, load },
          } as const,
        ]),
  ]
}

/** What few providers need; shown once it is asked for. */
export function otherFields({ more }: Values, privately: readonly string[]): readonly Field[] {
  const opener: Field = {
    name: 'more',
    label: 'More',
    kind: 'switch',
    hint: 'Headers, organization, proxy and the like.',
  }
  if (more !== 'yes') return [opener]
  return [
    opener,
    {
      name: 'headers',
      label: 'Headers',
      kind: 'text',
      hint: 'Sent with every request, as in X-Team: a; X-Title: llmd',
    },
    { name: 'organization', label: 'Organization', kind: 'text', hint: 'Of OpenAI.' },
    { name: 'project', label: 'Project', kind: 'text', hint: 'Of OpenAI.' },
    { name: 'proxy', label: 'Proxy', kind: 'text', hint: 'As in http://proxy:3128' },
    {
      name: 'ca_file',
      label: 'CA file',
      kind: 'text',
      hint: "PEM file of the authority to trust, on the daemon's machine.",
    },
    { name: 'socket', label: 'Socket', kind: 'text', hint: 'Unix socket to connect to instead of the host.' },
    {
      name: 'allow_private',
      label: 'Private hosts',
      kind: 'choice',
      choices: privately,
      hint: 'Whether the host may be on this machine or in a private network.',
    },
    { name: 'verify', label: 'Try first', kind: 'switch', hint: 'Do not save what does not work.' },
    {
      name: 'override',
      label: 'Save anyway',
      kind: 'switch',
      hint: 'Although a name that it brings is taken; who has it keeps it.',
    },
  ]
}

/** What the fields show of settings; of none all is empty. */
export function providerValues(provider?: Provider): Values {
  return {
    base_url: provider?.base_url ?? '',
    key: '',
    prefix: provider?.prefix ?? '',
    serve: provider?.all_models ? 'all' : 'chosen',
    models: (provider?.models ?? []).join(' '),
    more: 'no',
    headers: Object.entries(provider?.headers ?? {})
      .map(([name, value]) => `${name}: ${value}`)
      .join('; '),
    organization: provider?.organization ?? '',
    project: provider?.project ?? '',
    proxy: provider?.proxy ?? '',
    ca_file: provider?.ca_file ?? '',
    socket: provider?.socket ?? '',
    allow_private: provider ? (provider.allow_private ? 'yes' : 'no') : 'auto',
    verify: 'yes',
    override: 'no',
  }
}

/** What was entered and is not as it was, for the API. @throws LlmdError for headers that are none */
export function changedSettings(values: Values, initial: Values): EditProvider {
  const { verify, override } = values
  return {
    ...onlyChanged(values, initial, [...reach, 'prefix', 'serve', 'models']),
    ...(verify === 'no' && { verify: false }),
    ...(override === 'yes' && { override: true }),
  }
}

/** The same, but only what is needed to ask what the provider has. */
export function changedReach(values: Values, initial: Values): object {
  return onlyChanged(values, initial, reach)
}

function onlyChanged(values: Values, initial: Values, names: readonly Setting[]): object {
  const changed = names.filter((name) => (values[name] ?? '').trim() !== initial[name])
  return Object.fromEntries(
    changed.map((name) => [name === 'serve' ? 'all_models' : name, read(name, (values[name] ?? '').trim())]),
  )
}

function read(name: Setting, text: string): unknown {
  switch (name) {
    case 'base_url':
      return text
    case 'serve':
      return text === 'all'
    case 'models':
      return wordsOf(text)
    case 'allow_private':
      return text === 'yes'
    case 'headers':
      return readHeaders(text)
    default:
      return text === '' ? null : text
  }
}

function readHeaders(text: string): Record<string, string> {
  // A semicolon may also be part of a value.
  const lines = text.split(/;\s*(?=[A-Za-z0-9-]+:)/).filter((line) => line.trim() !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^\s*([^:\s]+):\s*(.*?);?\s*$/.exec(line) ?? []
      if (name !== undefined && value !== undefined) return [name, value]
      throw new LlmdError('invalid_request', 'Write them as NAME: VALUE, with ; between.', {
        param: 'headers',
      })
    }),
  )
}
