import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto'
import { Secret } from '../secret.ts'
import { deriveKey, type MasterKey } from './master-key.ts'
import type { SecretPlace } from './vault.ts'

const cipher = 'aes-256-gcm'
const nonceBytes = 12
/** Without it Node takes a tag of four bytes, which can be guessed. */
const authTagLength = 16

/** Keys in memory, and what they do. No I/O. */
export interface Keyring {
  /** `v1.KID.DATA`, where DATA is nonce, tag and ciphertext in base64url. */
  encrypt(secret: Secret, place: SecretPlace): string
  /** Undefined for what was altered, belongs elsewhere, or was encrypted with a key that is not here. */
  decrypt(stored: string, place: SecretPlace): Secret | undefined
  /** Whether a text was encrypted with the key that is used now. */
  isCurrent(stored: string): boolean
}

/** Encrypts with a key derived from the first of the master keys, and decrypts with all of them. */
export function createKeyring(options: { kid: string; masters: [MasterKey, ...MasterKey[]] }): Keyring {
  const { kid, masters } = options
  const current = secretKey(masters[0], kid)
  return {
    encrypt(secret, place) {
      const nonce = randomBytes(nonceBytes)
      const encryption = createCipheriv(cipher, current, nonce, { authTagLength })
      encryption.setAAD(boundTo(place, kid))
      const ciphertext = Buffer.concat([encryption.update(secret.reveal(), 'utf8'), encryption.final()])
      const data = Buffer.concat([nonce, encryption.getAuthTag(), ciphertext])
      return `v1.${kid}.${data.toString('base64url')}`
    },
    decrypt(stored, place) {
      const parts = parse(stored)
      if (!parts) return undefined
      const keys = masters.map((master) => secretKey(master, parts.kid))
      return keys.map((key) => open(parts, key, place)).find((secret) => secret !== undefined)
    },
    isCurrent: (stored) => parse(stored)?.kid === kid,
  }
}

interface Parts {
  kid: string
  nonce: Buffer
  tag: Buffer
  ciphertext: Buffer
}

function parse(stored: string): Parts | undefined {
  const [, kid, text] = /^v1\.([0-9a-f]{16})\.([A-Za-z0-9_-]+)$/.exec(stored) ?? []
  if (kid === undefined || text === undefined) return undefined
  const data = Buffer.from(text, 'base64url')
  // The last character has bits that no byte uses: another spelling of the same bytes is refused, too.
  if (data.toString('base64url') !== text || data.length < nonceBytes + authTagLength) return undefined
  return {
    kid,
    nonce: data.subarray(0, nonceBytes),
    tag: data.subarray(nonceBytes, nonceBytes + authTagLength),
    ciphertext: data.subarray(nonceBytes + authTagLength),
  }
}

function open(
  { kid, nonce, tag, ciphertext }: Parts,
  key: KeyObject,
  place: SecretPlace,
): Secret | undefined {
  const decryption = createDecipheriv(cipher, key, nonce, { authTagLength })
  decryption.setAAD(boundTo(place, kid))
  decryption.setAuthTag(tag)
  try {
    return new Secret(Buffer.concat([decryption.update(ciphertext), decryption.final()]).toString('utf8'))
  } catch {
    return undefined
  }
}

function secretKey(master: MasterKey, kid: string): KeyObject {
  return deriveKey(master, `secret ${kid}`)
}

/** Additional data: no two places have the same. */
function boundTo({ table, row, column, origin }: SecretPlace, kid: string): Buffer {
  return Buffer.from(JSON.stringify(['llmd', 'v1', table, row, column, kid, origin]))
}
