import type { ModelProfile } from '../api/model-profile.ts'
import { safeJson } from './safe-text.ts'

/** What was said of a model, a line for each thing. */
export function formatProfile({ description, tier, defaults }: ModelProfile): [string, string][] {
  const { system, temperature, top_p, params = {} } = defaults
  const said: [string, string | undefined][] = [
    ['Description', description ?? undefined],
    ['Tier', tier ?? undefined],
    ['System', system],
    ['Temperature', temperature?.toString()],
    ['Top-p', top_p?.toString()],
    ...Object.entries(params).map(([name, value]): [string, string] => [
      'Parameter',
      `${name}=${safeJson(value, { indent: 0 })}`,
    ]),
  ]
  return said.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
}
