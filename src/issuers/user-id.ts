import { hash } from 'node:crypto'

/** Subjects that stand in logs and tables as they are. */
const plain = /^[\x21-\x7e]{1,128}$/
const hashed = 'sha256:'

/**
 * What a user of an issuer is called wherever a token's id or name stands: `jwt:keycloak:3f2c`. No two subjects have the
 * same; one that is long, or has spaces or other characters than ASCII, is named by its hash.
 */
export function userId(issuer: string, subject: string): string {
  const isPlain = plain.test(subject) && !subject.startsWith(hashed)
  return `${userIdPrefix(issuer)}${isPlain ? subject : hashed + hash('sha256', subject)}`
}

/** What the ids of all its users begin with. Names of issuers have no colon. */
export function userIdPrefix(issuer: string): string {
  return `jwt:${issuer}:`
}

/** Whether an id that stands for a token is that of a user. */
export function isUserId(id: string): boolean {
  return id.startsWith('jwt:')
}
