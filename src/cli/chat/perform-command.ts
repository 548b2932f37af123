import { LlmdError } from '../../errors.ts'
import { changeSettings, formatSettings } from './change-settings.ts'
import type { Conversation } from './conversation.ts'
import { loadMessages, saveConversation } from './conversation-file.ts'
import { helpOfCommands, type ChatCommand } from './parse-command.ts'
import type { ChatTerminal } from './terminal.ts'

/**
 * Does what a command says. Returns what is to be asked then, if anything.
 * @throws LlmdError `invalid_request`
 */
export async function performCommand(
  { name, rest }: ChatCommand,
  { conversation, terminal }: { conversation: Conversation; terminal: Pick<ChatTerminal, 'say'> },
): Promise<string | undefined> {
  switch (name) {
    case 'clear':
      conversation.clear()
      terminal.say('Forgotten.')
      return undefined
    case 'retry': {
      const question = conversation.takeBack()
      if (question === undefined) throw new LlmdError('invalid_request', 'Nothing was asked yet.')
      return question
    }
    case 'system':
      conversation.system = rest === '' ? null : rest
      terminal.say(
        rest === '' ? 'There are no instructions of yours now.' : 'These are the instructions now.',
      )
      return undefined
    case 'model':
      conversation.model = rest || conversation.model
      terminal.say(`You talk to ${conversation.model}.`)
      return undefined
    case 'set':
      if (rest !== '') conversation.settings = changeSettings(conversation.settings, rest)
      terminal.say(`It answers with: ${formatSettings(conversation.settings)}`)
      return undefined
    case 'save':
      terminal.say(`Saved to ${await saveConversation(requireFile(rest), conversation)}`)
      return undefined
    case 'load': {
      const messages = await loadMessages(requireFile(rest))
      conversation.load(messages)
      terminal.say(`Loaded ${messages.length} messages.`)
      return undefined
    }
    default:
      terminal.say(helpOfCommands())
      return undefined
  }
}

function requireFile(file: string): string {
  if (file !== '') return file
  throw new LlmdError('invalid_request', 'There is no file.', { hint: 'Name one, as in: /save talk.json' })
}
