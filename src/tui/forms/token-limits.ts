import type { Budget, EditToken, Token } from '../../api/tokens.ts'
import { LlmdError } from '../../errors.ts'
import type { Field, Values } from '../contract.ts'
import { wordsOf } from '../dialogs/pick.ts'

type Limits = Required<Pick<EditToken, 'models' | 'rpm' | 'tpm' | 'credits' | 'budget'>>

const mostModels = 1000

/** What a token may use, and how much of it; shown once that is asked for. */
export function limitFields({ limits }: Values): readonly Field[] {
  const opener: Field = {
    name: 'limits',
    label: 'Limits',
    kind: 'switch',
    hint: 'Models that it may use, and how much of them.',
  }
  if (limits !== 'yes') return [opener]
  return [
    opener,
    {
      name: 'models',
      label: 'Models',
      kind: 'text',
      hint: 'The only ones that it may use, with spaces between; ^O lists them. Empty is all.',
      pick: {
        title: 'Models that it may use',
        most: mostModels,
        load: async (client) => (await client.listModels()).map(({ name }) => name),
      },
    },
    { name: 'rpm', label: 'Requests/min', kind: 'text', hint: 'The most in any minute; empty is no limit.' },
    { name: 'tpm', label: 'Tokens/min', kind: 'text', hint: 'After these it waits; empty is no limit.' },
    { name: 'credits', label: 'Credits', kind: 'text', hint: 'What it may use up from now on.' },
    { name: 'budget', label: 'Budget', kind: 'text', hint: 'The most credits, as in 10/day or 200/month.' },
  ]
}

/** What the fields show of a token's limits. */
export function limitValues(token?: Pick<Token, keyof Limits>): Values {
  const { models = null, rpm = null, tpm = null, credits = null, budget = null } = token ?? {}
  const isLimited = [models, rpm, tpm, credits, budget].some((limit) => limit !== null)
  return {
    limits: isLimited ? 'yes' : 'no',
    models: models?.join(' ') ?? '',
    rpm: String(rpm ?? ''),
    tpm: String(tpm ?? ''),
    credits: String(credits ?? ''),
    budget: budget ? `${budget.credits}/${budget.per}` : '',
  }
}

/**
 * What was entered in the fields where that differs from what they showed: a balance that is left alone goes on.
 * @throws LlmdError for what is no number or no budget
 */
export function readLimits(values: Values, shown: Values): Partial<Limits> {
  if (values['limits'] !== 'yes') return {}
  const textOf = (name: keyof Limits) => (values[name] ?? '').trim()
  const models = wordsOf(textOf('models'))
  const isChanged = (name: keyof Limits) => textOf(name) !== shown[name]
  return {
    ...(isChanged('models') && { models: models.length === 0 ? null : models }),
    ...(isChanged('rpm') && { rpm: readNumber('rpm', textOf('rpm')) }),
    ...(isChanged('tpm') && { tpm: readNumber('tpm', textOf('tpm')) }),
    ...(isChanged('credits') && { credits: readNumber('credits', textOf('credits')) }),
    ...(isChanged('budget') && { budget: readBudget(textOf('budget')) }),
  }
}

function readNumber(param: string, text: string): number | null {
  if (text === '') return null
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  throw new LlmdError('invalid_request', 'A number is needed, or nothing.', { param })
}

function readBudget(text: string): Budget | null {
  if (text === '') return null
  const [, credits, per] = /^(\d+(?:\.\d+)?)\/(day|month)$/.exec(text) ?? []
  if (credits !== undefined) return { credits: Number(credits), per: per === 'day' ? 'day' : 'month' }
  throw new LlmdError('invalid_request', 'Write it as 10/day or 200/month.', { param: 'budget' })
}
