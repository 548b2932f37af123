import type { Client } from '../client/create-client.ts'

/** How far a model is loaded, from 0 to 1, each time that this has changed. */
export async function* loadProgress(
  client: Pick<Client, 'events'>,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<number> {
  for await (const event of client.events({ types: ['model.loading'], signal })) {
    if (event.type === 'model.loading' && event.name === name) yield event.progress
  }
}
