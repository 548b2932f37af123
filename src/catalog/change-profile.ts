import type { GivenProfile, ModelDefaults, ModelProfile, ResettableProfile } from '../api/model-profile.ts'
import type { ModelRow, StoredModelDefaults } from '../storage/model-table.ts'

type Profile = Pick<ModelRow, 'description' | 'tier' | 'defaults'>

export const noProfile: Profile = { description: null, tier: null, defaults: {} }

/** What is not named stays as it is; parameters are changed one by one, and null takes one away. */
export function changeProfile(
  previous: Profile,
  { description, tier, defaults = {} }: GivenProfile,
  reset: readonly ResettableProfile[] = [],
): Profile {
  const kept = withoutReset(previous, reset)
  const { top_p: topP, params = {}, ...same } = defaults
  const merged = Object.entries({ ...kept.defaults.params, ...params }).filter(([, value]) => value !== null)
  const { params: _, ...former } = kept.defaults
  return {
    description: description ?? kept.description,
    tier: tier ?? kept.tier,
    defaults: {
      ...former,
      ...same,
      ...(topP !== undefined && { topP }),
      ...(merged.length > 0 && { params: Object.fromEntries(merged) }),
    },
  }
}

function withoutReset(previous: Profile, reset: readonly ResettableProfile[]): Profile {
  const isReset = (name: ResettableProfile) => reset.includes(name)
  const { system, temperature, topP, params } = previous.defaults
  return {
    description: isReset('description') ? null : previous.description,
    tier: isReset('tier') ? null : previous.tier,
    defaults: {
      ...(system !== undefined && !isReset('system') && { system }),
      ...(temperature !== undefined && !isReset('temperature') && { temperature }),
      ...(topP !== undefined && !isReset('top_p') && { topP }),
      ...(params !== undefined && !isReset('params') && { params }),
    },
  }
}

/** As the API shows it. */
export function describeProfile({ description, tier, defaults }: Profile): ModelProfile {
  return { description, tier, defaults: fromStoredDefaults(defaults) }
}

function fromStoredDefaults({ topP, ...same }: StoredModelDefaults): ModelDefaults {
  return { ...same, ...(topP !== undefined && { top_p: topP }) }
}
