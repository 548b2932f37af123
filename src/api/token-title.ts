/** What a token is called in the log and in the usage: two users may have keys of one name. */
export function tokenTitle({ name, owner }: { name: string; owner: string | null }): string {
  return owner === null ? name : `${owner}/${name}`
}
