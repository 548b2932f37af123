import { createCipheriv, createDecipheriv, randomBytes, scrypt, type ScryptOptions } from 'node:crypto'
import { LlmdError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { formatMasterKeys, parseMasterKeys, type MasterKey } from './master-key.ts'

const cipher = 'aes-256-gcm'
const authTagLength = 16
const head = 'llmd-master-key-v1'

/** As OWASP advises: 128 MB of memory and some tenths of a second for each guess. Of this version for good. */
const cost: ScryptOptions = { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 }

/** Master keys as a line of text that only the passphrase opens: `llmd-master-key-v1.DATA`. */
export async function sealExport(keys: MasterKey[], passphrase: Secret): Promise<string> {
  const salt = randomBytes(16)
  const nonce = randomBytes(12)
  const encryption = createCipheriv(cipher, await stretch(passphrase, salt), nonce, { authTagLength })
  encryption.setAAD(Buffer.from(head))
  const ciphertext = Buffer.concat([encryption.update(formatMasterKeys(keys)), encryption.final()])
  const data = Buffer.concat([salt, nonce, encryption.getAuthTag(), ciphertext])
  return `${head}.${data.toString('base64url')}\n`
}

/** @throws LlmdError `invalid_request` for a wrong passphrase, or text that is no export or was altered */
export async function openExport(text: string, passphrase: Secret): Promise<MasterKey[]> {
  const [start, encoded = '', ...rest] = text.trim().split('.')
  const data = Buffer.from(encoded, 'base64url')
  if (start !== head || rest.length > 0 || data.length < 44) {
    throw new LlmdError('invalid_request', 'This is no export of a master key.', { param: 'export' })
  }
  const decryption = createDecipheriv(
    cipher,
    await stretch(passphrase, data.subarray(0, 16)),
    data.subarray(16, 28),
    { authTagLength },
  )
  decryption.setAAD(Buffer.from(head))
  decryption.setAuthTag(data.subarray(28, 44))
  let keys: MasterKey[] | undefined
  try {
    keys = parseMasterKeys(
      Buffer.concat([decryption.update(data.subarray(44)), decryption.final()]).toString('utf8'),
    )
  } catch {
    // As with anything else that does not come out.
  }
  if (keys) return keys
  throw new LlmdError('invalid_request', 'The passphrase is wrong, or the export was altered.', {
    param: 'passphrase',
  })
}

/** The same passphrase can be typed as different code points; they count as one. */
function stretch(passphrase: Secret, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.reveal().normalize('NFKC'), salt, 32, cost, (error, key) => {
      if (error) reject(error)
      else resolve(key)
    })
  })
}
