import type { Client } from '../../client/create-client.ts'
import { toLlmdError } from '../../errors.ts'
import type { Effect, Message } from '../contract.ts'

/** What effects reach beyond the state. */
export interface Outside {
  client: () => Client
  dispatch: (message: Message) => void
  write: (text: string) => void
  followLog: () => void
  redraw: () => void
  suspend: () => void
  quit: () => void
}

/** Does what the state alone could not; what comes of it is dispatched. Never rejects. */
export async function performOutside(effect: Effect, outside: Outside): Promise<void> {
  switch (effect.type) {
    case 'ask':
      return ask(effect, outside)
    case 'copy':
      // The terminal's own clipboard, also over SSH.
      return outside.write(`\u001b]52;c;${Buffer.from(effect.text).toString('base64')}\u0007`)
    case 'follow-log':
      return outside.followLog()
    case 'redraw':
      return outside.redraw()
    case 'suspend':
      return outside.suspend()
    case 'quit':
      return outside.quit()
  }
}

async function ask(effect: Extract<Effect, { type: 'ask' }>, { client, dispatch }: Outside): Promise<void> {
  try {
    dispatch({ type: 'follow-up', effects: await effect.run(client()) })
  } catch (thrown) {
    const error = toLlmdError(thrown)
    const told = `${effect.what}: ${error.message} ${error.hint ?? ''}`.trim()
    dispatch({
      type: 'follow-up',
      effects: effect.failed?.(error) ?? [{ type: 'toast', tone: 'bad', text: told }],
    })
  }
}
