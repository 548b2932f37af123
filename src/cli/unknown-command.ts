import { nearest } from '../config/nearest.ts'
import { LlmdError } from '../errors.ts'

/**
 * What is wrong with words that are no command: they name none, or one that takes no more words.
 * @param words as typed, up to the first flag
 * @param commands names of those there are, as in `models list`
 * @param topics first words that several commands have
 */
export function unknownCommand(
  words: string[],
  { commands, topics }: { commands: string[]; topics: string[] },
): LlmdError {
  const typed = words.join(' ')
  const known = commands.find((name) => typed.startsWith(`${name} `))
  if (known !== undefined) {
    const rest = typed.slice(known.length + 1)
    return new LlmdError('invalid_request', `llmd ${known} takes no ${JSON.stringify(rest)}.`, {
      hint: `See how it is used with: llmd ${known} --help`,
    })
  }
  const topic = topics.find((name) => name === words[0])
  const candidates =
    topic === undefined ? [...commands, ...topics] : commands.filter((name) => name.startsWith(`${topic} `))
  const all = topic === undefined ? 'llmd --help' : `llmd ${topic} --help`
  return new LlmdError('invalid_request', `There is no command ${JSON.stringify(typed)}.`, {
    hint: `The nearest one is llmd ${nearest(typed, candidates) ?? 'help'}. See them all with: ${all}`,
  })
}
