import type { EditProvider } from '../api/providers.ts'

const settings = {
  prefix: { prefix: null },
  header: { headers: {} },
  organization: { organization: null },
  project: { project: null },
  proxy: { proxy: null },
  'ca-file': { ca_file: null },
  socket: { socket: null },
} as const satisfies Record<string, EditProvider>

type Flag = keyof typeof settings

/** Flags of `providers edit` that can be taken back. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of an object literal
export const resettableProviderFlags = Object.keys(settings) as Flag[]

/** What taking them back comes to. */
export function resetProviderSettings(flags: Flag[]): EditProvider {
  return Object.assign({}, ...flags.map((flag) => settings[flag]))
}
