import type { ChatEvent, FinishReason, TokenLogprob } from '../chat/event.ts'
import type { ToolCall } from '../chat/request.ts'
import type { ChatUsage } from '../chat/usage.ts'
import { answerBrokeOff } from './answer-broke-off.ts'

/** One whole answer. */
export interface AnswerChoice {
  text: string
  reasoning: string
  toolCalls: ToolCall[]
  logprobs: TokenLogprob[]
  reason: FinishReason
}

export interface Answer {
  /** In the order of their numbers. */
  choices: AnswerChoice[]
  usage: ChatUsage
}

type OpenChoice = Omit<AnswerChoice, 'reason'> & { reason?: FinishReason }

/** Puts an answer of so many choices together. @throws LlmdError `engine_failed` where some of it is missing */
export async function collectAnswer(events: AsyncIterable<ChatEvent>, choices: number): Promise<Answer> {
  const open = Array.from({ length: choices }, (): OpenChoice => {
    return { text: '', reasoning: '', toolCalls: [], logprobs: [] }
  })
  let usage: ChatUsage | undefined
  for await (const event of events) {
    if (event.type === 'finish') usage = event.usage
    else add(open[event.choice], event)
  }
  if (!usage) throw answerBrokeOff()
  return { choices: open.map(close), usage }
}

function add(choice: OpenChoice | undefined, event: Exclude<ChatEvent, { type: 'finish' }>): void {
  if (!choice) throw new Error(`There is no choice ${event.choice}.`)
  switch (event.type) {
    case 'text-delta':
      choice.text += event.text
      if (event.logprobs) choice.logprobs.push(...event.logprobs)
      return
    case 'reasoning-delta':
      choice.reasoning += event.text
      return
    case 'tool-call-start':
      choice.toolCalls[event.index] = { id: event.id, name: event.name, arguments: '' }
      return
    case 'tool-call-delta': {
      const call = choice.toolCalls[event.index]
      if (!call) throw new Error(`There is no call ${event.index}.`)
      call.arguments += event.arguments
      return
    }
    case 'choice-finish':
      choice.reason = event.reason
  }
}

function close({ reason, ...choice }: OpenChoice): AnswerChoice {
  if (!reason) throw answerBrokeOff()
  return { ...choice, reason }
}
