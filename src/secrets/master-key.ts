import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto'

const keyBytes = 32

/** A key that other keys are derived from. */
export interface MasterKey {
  key: KeyObject
  /** Tells this key from every other, and tells nothing about it. */
  check: string
}

export function generateMasterKey(): MasterKey {
  return masterKeyOf(randomBytes(keyBytes))
}

/** Of these keys, one a line in base64; undefined for what is anything else. */
export function parseMasterKeys(text: string): MasterKey[] | undefined {
  const lines = text.split('\n').map((line) => line.trim())
  const keys = lines.filter((line) => line !== '').map(decode)
  const valid = keys.filter((key) => key !== undefined)
  return valid.length === keys.length ? valid.map(masterKeyOf) : undefined
}

/** As `parseMasterKeys` reads them. */
export function formatMasterKeys(keys: MasterKey[]): string {
  return keys.map(({ key }) => `${key.export().toString('base64')}\n`).join('')
}

/** A key for one purpose, by HKDF-SHA-256. */
export function deriveKey({ key }: MasterKey, purpose: string): KeyObject {
  return createSecretKey(derive(key, purpose))
}

function masterKeyOf(bytes: Buffer): MasterKey {
  const key = createSecretKey(bytes)
  bytes.fill(0)
  return { key, check: derive(key, 'check').toString('hex', 0, 16) }
}

function derive(key: KeyObject, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `llmd ${purpose}`, keyBytes))
}

/** In either alphabet of base64, padded or not. */
function decode(line: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/_-]+=?$/.test(line)) return undefined
  const bytes = Buffer.from(line, 'base64')
  return bytes.length === keyBytes ? bytes : undefined
}
