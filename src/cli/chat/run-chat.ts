import type { Client } from '../../client/create-client.ts'
import { reportError } from '../error-report.ts'
import type { Conversation } from './conversation.ts'
import { formatSpeed } from './format-speed.ts'
import { createMessageReader } from './message-reader.ts'
import { parseCommand } from './parse-command.ts'
import { performCommand } from './perform-command.ts'
import { showAnswer } from './show-answer.ts'
import type { ChatTerminal } from './terminal.ts'

/** Talks until the user leaves. Whatever fails is told, and the conversation goes on. */
export async function runChat(options: {
  client: Pick<Client, 'chat'>
  terminal: ChatTerminal
  conversation: Conversation
  /** Whether each answer is followed by what it used. */
  verbose: boolean
}): Promise<void> {
  const { client, terminal, conversation, verbose } = options
  const reader = createMessageReader()

  async function ask(question: string): Promise<void> {
    const { answer, stopped } = await terminal.during(async (signal) => {
      const pieces = client.chat(conversation.request(question), signal)
      return { answer: await showAnswer(pieces, terminal), stopped: signal.aborted }
    })
    // What was cut short by the user stays, as far as it came.
    if (answer.failure === undefined || (stopped && answer.content !== '')) {
      conversation.keep(question, answer.content)
    } else conversation.lose(question)
    if (stopped) terminal.remark('Stopped.')
    else if (answer.failure !== undefined) tell(answer.failure)
    else if (verbose) terminal.remark(formatSpeed(answer))
  }

  function tell(error: unknown): void {
    const { message, hint } = reportError(error).report
    terminal.remark(`Error: ${message}`)
    if (hint !== null) terminal.remark(`Hint: ${hint}`)
  }

  /** Returns whether to go on. */
  async function take(text: string): Promise<boolean> {
    const command = parseCommand(text)
    if (command?.name === 'exit') return false
    const question = command
      ? await performCommand(command, { conversation, terminal })
      : text.replace(/^\/\//, '/')
    if (question !== undefined) await ask(question)
    return true
  }

  terminal.say(`You talk to ${conversation.model}. /help shows what can be typed; Ctrl-D leaves.`)
  for (;;) {
    const line = await terminal.readLine(reader.isOpen ? '... ' : '>>> ')
    if (line === 'closed') return
    if (line === 'interrupted') {
      if (!reader.isOpen) terminal.remark('Ctrl-D or /exit leaves.')
      reader.reset()
      continue
    }
    const text = line.text.includes('\n') && !reader.isOpen ? line.text : reader.push(line.text)
    if (text === null || text.trim() === '') continue
    try {
      if (!(await take(text))) return
    } catch (error) {
      tell(error)
    }
  }
}
