import type { ChatCompletionRequest } from '../../client/chat.ts'

export type ChatMessage = ChatCompletionRequest['messages'][number]

/** How the model is to answer. */
export type ChatSettings = Pick<ChatCompletionRequest, 'temperature' | 'top_p' | 'max_tokens' | 'seed'>

/** What was said so far, and how it goes on. */
export interface Conversation {
  model: string
  /** Instructions; null for those that the model has itself. */
  system: string | null
  settings: ChatSettings
  /** All that was said, as a request would have it. */
  messages(): ChatMessage[]
  /** What to send to have this asked next. */
  request(question: string): ChatCompletionRequest
  keep(question: string, answer: string): void
  /** This question got no answer; it is no part of the conversation, but can be taken back. */
  lose(question: string): void
  /** The last question, to be asked again; the answer that it got is forgotten. Undefined where there is none. */
  takeBack(): string | undefined
  /** Forgets what was said, but for the instructions. */
  clear(): void
  /** Goes on with what was said elsewhere. */
  load(messages: ChatMessage[]): void
}

export function createConversation(options: {
  model: string
  system: string | null
  settings: ChatSettings
}): Conversation {
  let turns: ChatMessage[] = []
  let lost: string | undefined

  return {
    ...options,
    messages() {
      return this.system === null ? turns : [{ role: 'system', content: this.system }, ...turns]
    },
    request(question) {
      const messages: ChatMessage[] = [...this.messages(), { role: 'user', content: question }]
      return { model: this.model, messages, ...this.settings }
    },
    keep(question, answer) {
      turns.push({ role: 'user', content: question }, { role: 'assistant', content: answer })
      lost = undefined
    },
    lose(question) {
      lost = question
    },
    takeBack() {
      const last = turns.findLastIndex(({ role }) => role === 'user')
      const question = lost ?? turns[last]?.content
      if (lost === undefined && last >= 0) turns = turns.slice(0, last)
      lost = undefined
      return question
    },
    clear() {
      turns = []
      lost = undefined
    },
    load(messages) {
      const [first] = messages
      const hasSystem = first?.role === 'system'
      this.system = hasSystem ? first.content : null
      turns = messages.slice(hasSystem ? 1 : 0)
      lost = turns.at(-1)?.role === 'user' ? turns.pop()?.content : undefined
    },
  }
}
