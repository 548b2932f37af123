import { LlmdError } from '../errors.ts'
import type { HttpContext } from './http-env.ts'

/**
 * For what a token that leaked must not do from afar: whoever reaches the socket can reach the files of the daemon
 * anyway.
 * @param what of which nothing is done over TCP, as the beginning of a sentence
 * @throws LlmdError `permission_denied`
 */
export function requireLocal(c: HttpContext, what: string): void {
  if (c.env.arrival.via !== 'tcp') return
  throw new LlmdError('permission_denied', `${what} over the socket only.`, {
    hint: 'Run the command on the machine of the daemon, as its user.',
  })
}
