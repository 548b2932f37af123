import * as Flags from '@oclif/core/flags'
import type { Budget, EditToken } from '../api/tokens.ts'
import { LlmdError } from '../errors.ts'
import { numberFlag } from './number-flag.ts'

const limits = {
  model: { models: null },
  rpm: { rpm: null },
  tpm: { tpm: null },
  credits: { credits: null },
  budget: { budget: null },
} as const satisfies Record<string, EditToken>

type Flag = keyof typeof limits

/** Of `tokens create` and `tokens edit`: what a token may use, and how much of it. */
export const tokenLimitFlags = {
  model: Flags.string({
    summary: 'Name of the only model that it may use; can be given several times.',
    helpValue: 'NAME',
    multiple: true,
    multipleNonGreedy: true,
  }),
  rpm: Flags.integer({ summary: 'The most requests in any minute.', helpValue: 'N' }),
  tpm: Flags.integer({
    summary: 'The most tokens in a minute, after which it has to wait.',
    helpValue: 'N',
  }),
  credits: numberFlag({ summary: 'The credits that it may use up from now on.', helpValue: 'N' }),
  budget: Flags.string({
    summary: 'The most credits a day or a month of UTC, as in 10/day.',
    helpValue: 'N/day|month',
  }),
}

/** Flags of `tokens edit` that can be taken back. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of an object literal
export const resettableTokenFlags = Object.keys(limits) as Flag[]

/** What taking them back comes to. */
export function resetTokenLimits(flags: readonly Flag[]): EditToken {
  return Object.assign({}, ...flags.map((flag) => limits[flag]))
}

/** What the flags say, in the words of the API. @throws LlmdError `invalid_request` */
export function givenTokenLimits(flags: {
  model?: string[] | undefined
  rpm?: number | undefined
  tpm?: number | undefined
  credits?: number | undefined
  budget?: string | undefined
}): Pick<EditToken, 'models' | 'rpm' | 'tpm' | 'credits' | 'budget'> {
  const { model, rpm, tpm, credits, budget } = flags
  return {
    ...(model && { models: model }),
    ...(rpm !== undefined && { rpm }),
    ...(tpm !== undefined && { tpm }),
    ...(credits !== undefined && { credits }),
    ...(budget !== undefined && { budget: readBudget(budget) }),
  }
}

function readBudget(text: string): Budget {
  const [, credits, per] = /^(\d+(?:\.\d+)?)\/(day|month)$/.exec(text) ?? []
  if (credits === undefined) {
    throw new LlmdError(
      'invalid_request',
      `--budget takes credits a day or a month, not ${JSON.stringify(text)}.`,
      {
        hint: 'Write it as in: --budget 10/day',
      },
    )
  }
  return { credits: Number(credits), per: per === 'day' ? 'day' : 'month' }
}
