import type { ChatEvent } from '../../src/chat/event.ts'

export async function* eventsOf(events: ChatEvent[]): AsyncGenerator<ChatEvent> {
  yield* events
}
