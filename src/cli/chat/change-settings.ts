import { LlmdError } from '../../errors.ts'
import type { ChatSettings } from './conversation.ts'

const names = ['temperature', 'top_p', 'max_tokens', 'seed'] as const satisfies (keyof ChatSettings)[]

/**
 * The settings as `NAME VALUE` changes them; a name alone takes its value back.
 * @throws LlmdError `invalid_request`
 */
export function changeSettings(settings: ChatSettings, text: string): ChatSettings {
  const [given = '', value, ...more] = text.split(/\s+/)
  const name = names.find((one) => one === given.replaceAll('-', '_'))
  if (name === undefined) {
    throw new LlmdError('invalid_request', `There is no setting ${JSON.stringify(given)}.`, {
      hint: `There are ${names.join(', ')}.`,
    })
  }
  const { [name]: _, ...others } = settings
  if (value === undefined) return others
  if (more.length > 0 || !/^-?\d+(\.\d+)?$/.test(value)) {
    throw new LlmdError(
      'invalid_request',
      `${name} takes a number, not ${JSON.stringify([value, ...more].join(' '))}.`,
    )
  }
  return { ...others, [name]: Number(value) }
}

/** As in `temperature 0.2, seed 7`. */
export function formatSettings(settings: ChatSettings): string {
  const set = names.flatMap((name) => (settings[name] === undefined ? [] : [`${name} ${settings[name]}`]))
  return set.join(', ') || 'as the model has it'
}
