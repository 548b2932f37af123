import { LlmdError } from '../errors.ts'
import { parseMasterKeys, type MasterKey } from './master-key.ts'
import type { MasterKeyHome } from './vault.ts'

/** A place outside of the database that can hold master keys. */
export interface KeyHome {
  readonly name: MasterKeyHome
  /**
   * Empty where there are none. A locked keychain may look like that, too.
   * @throws LlmdError `sealed`
   */
  read(): Promise<MasterKey[]>
  /** Replaces what is there; durable when it resolves. Null where the operator alone may. @throws LlmdError `sealed` */
  write: ((keys: MasterKey[]) => Promise<void>) | null
}

/** @param holder What holds the text, for the message. @throws LlmdError `sealed` */
export function readKeys(text: string, holder: string): MasterKey[] {
  const keys = parseMasterKeys(text)
  if (keys && keys.length > 0) return keys
  throw new LlmdError('sealed', `${holder} does not hold a master key.`, {
    hint: 'It takes 32 bytes in base64 on a line. Put back a copy, or move it away and use: llmd vault import FILE',
  })
}
