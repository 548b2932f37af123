import { hash, randomBytes } from 'node:crypto'

/** What keys begin with unless the settings say otherwise. */
export const usualKeyPrefix = 'sk-llmd-v1-'
const longestPrefix = 40
const checksumLength = 6

/** The random part and the checksum of a key. */
const ending = String.raw`[\w-]{43}-[\da-f]{6}`
const wellFormed = new RegExp(String.raw`^[\w-]{1,${longestPrefix}}${ending}$`)

/**
 * A new secret, what may be shown of it, and its hash as `hashTokenKey` gives it. Its form is
 * `sk-llmd-v1-<43 base64url characters of 32 random bytes>-<checksum>`:
 * the checksum, six hexadecimal digits of the SHA-256 over what stands before it, tells a mistyped key from an
 * unknown one without a look-up, and lets scanners for leaked secrets be sure of what they found.
 * @param prefix at most 40 of letters, digits, `_` and `-`
 */
export function createTokenKey(prefix = usualKeyPrefix): { key: string; masked: string; hash: Buffer } {
  const secret = prefix + randomBytes(32).toString('base64url')
  const end = `-${checksum(secret)}`
  const key = secret + end
  return { key, masked: `${prefix}********${end}`, hash: digest(key) }
}

/** SHA-256 of a well-formed key of whatever prefix, for prefixes change; undefined for whatever is not one. */
export function hashTokenKey(key: string): Buffer | undefined {
  if (!wellFormed.test(key)) return undefined
  const end = key.length - checksumLength
  if (checksum(key.slice(0, end - 1)) !== key.slice(end)) return undefined
  return digest(key)
}

/** The shortest of what is hidden but for keys with the usual prefix: nothing shorter is searched for it. */
const shortest = 40
const otherKeys = new RegExp(String.raw`(?<![\w-])([\w-]{1,${longestPrefix}}?)${ending}(?![\w-])`, 'g')
/** Their header begins with `{"`. */
const signedTokens = /(?<![\w-])eyJ[\w-]+\.[\w.-]*/g

/**
 * The text with every key and every JWT in it hidden, the end of a usual key too where it was cut: people paste keys
 * where names belong.
 */
export function hideTokenKeys(text: string): string {
  const shown = text.replaceAll(/sk-llmd-v1-[\w-]+/g, `${usualKeyPrefix}********`)
  if (shown.length < shortest) return shown
  return shown.replaceAll(otherKeys, '$1********').replaceAll(signedTokens, 'eyJ********')
}

const digest = (key: string) => hash('sha256', key, 'buffer')

const checksum = (text: string) => hash('sha256', text).slice(0, checksumLength)
