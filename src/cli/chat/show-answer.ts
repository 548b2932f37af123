import type { ChatCompletionPiece, ChatCompletionUsage } from '../../client/chat.ts'
import type { ChatTerminal } from './terminal.ts'

export interface ShownAnswer {
  content: string
  usage: ChatCompletionUsage | null
  /** Until the first piece came, in milliseconds; null where none did. */
  firstMs: number | null
  /** Until it was over. */
  ms: number
  /** Why it broke off; undefined where it is whole. */
  failure: unknown
}

/** Wait until it is said that an answer is waited for, in milliseconds. */
const patienceMs = 500

/** Shows an answer as it comes, and what the model thinks before it. Whatever happens, it is told and not thrown. */
export async function showAnswer(
  pieces: AsyncIterable<ChatCompletionPiece>,
  terminal: Pick<ChatTerminal, 'write' | 'writeThought' | 'wait'>,
): Promise<ShownAnswer> {
  const started = performance.now()
  const answer: ShownAnswer = { content: '', usage: null, firstMs: null, ms: 0, failure: undefined }
  let shown = ''
  let stopWaiting: (() => void) | undefined
  const timer = setTimeout(() => {
    stopWaiting = terminal.wait('Waiting for the model')
  }, patienceMs)
  const endWaiting = () => {
    clearTimeout(timer)
    stopWaiting?.()
    stopWaiting = undefined
  }
  try {
    for await (const { content, reasoning, usage } of pieces) {
      answer.usage = usage ?? answer.usage
      if (content === '' && reasoning === '') continue
      endWaiting()
      answer.firstMs ??= performance.now() - started
      if (reasoning !== '') await terminal.writeThought(reasoning)
      if (content !== '') {
        const isAfterThoughts = answer.content === '' && shown !== ''
        await terminal.write(isAfterThoughts ? `\n\n${content.trimStart()}` : content)
      }
      answer.content += content
      shown = content || reasoning
    }
  } catch (error) {
    answer.failure = error
  }
  endWaiting()
  if (shown !== '' && !shown.endsWith('\n')) await terminal.write('\n')
  answer.ms = performance.now() - started
  return answer
}
