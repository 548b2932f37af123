import { LlmdError } from '../../errors.ts'

const commands = {
  help: { usage: '/help', does: 'Show this' },
  clear: { usage: '/clear', does: 'Forget what was said' },
  retry: { usage: '/retry', does: 'Ask the last question again' },
  system: { usage: '/system TEXT', does: 'Give other instructions; without a text, none' },
  model: { usage: '/model NAME', does: 'Go on with another model' },
  set: {
    usage: '/set NAME VALUE',
    does: 'Set temperature, top_p, max_tokens or seed, or take it back',
  },
  save: { usage: '/save FILE', does: 'Write the conversation to a file' },
  load: { usage: '/load FILE', does: 'Go on with the conversation of a file' },
  exit: { usage: '/exit', does: 'Leave' },
} as const

type CommandName = keyof typeof commands

export interface ChatCommand {
  name: CommandName
  /** What stands behind the name. */
  rest: string
}

/**
 * Undefined for what is to be asked, as is all that does not begin with a slash and a word. `//word` asks `/word`.
 * @throws LlmdError `invalid_request` for a command that there is not
 */
export function parseCommand(text: string): ChatCommand | undefined {
  const [, name, rest = ''] = /^\/([a-z?]*)(?:\s+([^]*))?$/i.exec(text.trimEnd()) ?? []
  if (name === undefined) return undefined
  const meant = name.toLowerCase()
  if (isCommand(meant)) return { name: meant, rest: rest.trim() }
  throw new LlmdError('invalid_request', `There is no command /${name}.`, {
    hint: '/help lists those there are; //text asks /text.',
  })
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name)
}

/** What can be typed, for `/help`. */
export function helpOfCommands(): string {
  const rows = [
    ...Object.values(commands).map(({ usage, does }) => [usage, does] as const),
    ['"""', 'Begin and end several lines; a \\ ends a line that goes on'] as const,
    ['Ctrl-C', 'Stop the answer'] as const,
    ['Ctrl-D', 'Leave'] as const,
  ]
  return rows.map(([typed, does]) => `  ${typed.padEnd(16)}  ${does}`).join('\n')
}
