import type { ChatCompletionPiece, ChatCompletionUsage } from '../client/chat.ts'

export interface Answer {
  model: string
  content: string
  finish_reason: string | null
  usage: ChatCompletionUsage | null
}

/** Puts a streamed answer together; `show` gets each piece of text as it comes, and is waited for. */
export async function collectAnswer(
  model: string,
  pieces: AsyncIterable<ChatCompletionPiece>,
  show: (text: string) => Promise<void>,
): Promise<Answer> {
  const answer: Answer = { model, content: '', finish_reason: null, usage: null }
  for await (const { content, finishReason, usage } of pieces) {
    answer.content += content
    answer.finish_reason = finishReason ?? answer.finish_reason
    answer.usage = usage ?? answer.usage
    if (content !== '') await show(content)
  }
  return answer
}
