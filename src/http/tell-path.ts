import { hideTokenKeys } from '../access/token-key.ts'

const mostCharacters = 200

/** A path as the log and the story of a request tell it: no longer than anybody reads, and without keys. */
export function tellPath(path: string): string {
  return hideTokenKeys(path.length > mostCharacters ? `${path.slice(0, mostCharacters - 3)}...` : path)
}
