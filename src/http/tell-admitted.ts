import type { OpenRequest } from './open-request.ts'

/** Says in the head of an answer what it cost and what is left: of one that streams only what is known by then. */
export function tellAdmitted(response: Response, { admitted, streamed, usage }: OpenRequest): void {
  if (!admitted) return
  const told = admitted.headers(streamed === true ? undefined : usage)
  for (const [name, value] of Object.entries(told)) response.headers.set(name, value)
}
