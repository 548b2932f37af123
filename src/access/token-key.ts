import { hash, randomBytes } from 'node:crypto'

const prefix = 'sk-llmd-v1-'
const checksumLength = 6

/**
 * A new secret, what may be shown of it, and its hash as `hashTokenKey` gives it. Its form is
 * `sk-llmd-v1-<43 base64url characters of 32 random bytes>-<checksum>`:
 * the checksum, six hexadecimal digits of the SHA-256 over what stands before it, tells a mistyped key from an
 * unknown one without a look-up, and lets scanners for leaked secrets be sure of what they found.
 */
export function createTokenKey(): { key: string; masked: string; hash: Buffer } {
  const secret = prefix + randomBytes(32).toString('base64url')
  const end = `-${checksum(secret)}`
  const key = secret + end
  return { key, masked: `${prefix}********${end}`, hash: digest(key) }
}

/** SHA-256 of a well-formed key; undefined for whatever is not one. */
export function hashTokenKey(key: string): Buffer | undefined {
  if (!/^sk-llmd-v1-[\w-]{43}-[\da-f]{6}$/.test(key)) return undefined
  const end = key.length - checksumLength
  if (checksum(key.slice(0, end - 1)) !== key.slice(end)) return undefined
  return digest(key)
}

/** The text with every key in it hidden, its end too where it was cut: people paste keys where names belong. */
export function hideTokenKeys(text: string): string {
  return text.replaceAll(/sk-llmd-v1-[\w-]+/g, `${prefix}********`)
}

const digest = (key: string) => hash('sha256', key, 'buffer')

const checksum = (text: string) => hash('sha256', text).slice(0, checksumLength)
