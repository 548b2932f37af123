import type { ZodType } from 'zod'
import type { Issue } from '../contract.ts'

/**
 * Checks a body as the API does. The schema is loaded when it is needed first: zod takes more memory than all else of
 * the TUI.
 */
export function checkWith(load: () => Promise<ZodType>): (body: unknown) => Promise<readonly Issue[]> {
  return async (body) => {
    const schema = await load()
    const { error } = schema.safeParse(body)
    return (error?.issues ?? []).map(({ path, message }) => ({ field: path.join('.'), message }))
  }
}
