import * as Flags from '@oclif/core/flags'
import type { GivenProfile } from '../api/model-profile.ts'
import { LlmdError } from '../errors.ts'
import { numberFlag } from './number-flag.ts'

const paramFlag = Flags.custom<{ name: string; value: unknown }>({
  async parse(text) {
    const at = text.indexOf('=')
    if (at > 0) return { name: text.slice(0, at), value: readValue(text.slice(at + 1)) }
    throw new LlmdError('invalid_request', `--param takes no ${JSON.stringify(text)}.`, {
      hint: 'Write the name and the value, as in: --param top_k=40',
    })
  },
})

/** What is said of a model of any kind, as flags of `models add` and `models edit`. */
export const profileFlags = {
  description: Flags.string({ summary: 'What it is, for people.', helpValue: 'TEXT' }),
  tier: Flags.string({ summary: 'Class of price that it belongs to.', helpValue: 'NAME' }),
  system: Flags.string({
    summary: 'Instructions for conversations that have no system message.',
    helpValue: 'TEXT',
  }),
  temperature: numberFlag({ summary: 'Temperature of requests that name none.', helpValue: 'T' }),
  'top-p': numberFlag({ summary: 'Top-p of requests that name none.', helpValue: 'P' }),
  param: paramFlag({
    summary:
      'Parameter of requests that do not have it: JSON, or else a text; null takes it away. Can be given several times.',
    helpValue: 'KEY=VALUE',
    multiple: true,
    multipleNonGreedy: true,
  }),
}

/** What was said; nothing where nothing was. */
export function givenProfile(flags: {
  description?: string | undefined
  tier?: string | undefined
  system?: string | undefined
  temperature?: number | undefined
  'top-p'?: number | undefined
  param?: { name: string; value: unknown }[] | undefined
}): GivenProfile {
  const { description, tier, system, temperature, 'top-p': topP, param } = flags
  const defaults = {
    ...(system !== undefined && { system }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(param !== undefined && { params: Object.fromEntries(param.map(({ name, value }) => [name, value])) }),
  }
  return {
    ...(description !== undefined && { description }),
    ...(tier !== undefined && { tier }),
    ...(Object.keys(defaults).length > 0 && { defaults }),
  }
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
