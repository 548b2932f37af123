import type { OpenRequest } from './open-request.ts'

/** Calls back once the request is ended, at once where it is already: nobody's reading may keep the daemon from ending. */
export function whenAborted({ signal }: OpenRequest, callback: () => void): void {
  if (signal.aborted) callback()
  else signal.addEventListener('abort', callback, { once: true })
}
