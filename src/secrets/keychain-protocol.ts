/** Names llmd's entries in the keychain. */
export const keychainService = 'llmd'

/** To the process that speaks to the keychain. */
export type KeychainRequest = { do: 'read'; account: string } | { do: 'write'; account: string; text: string }

/** From it, once. The text is null where there is no such entry; a locked keychain may say so, too. */
export type KeychainReply = { ok: true; text: string | null } | { ok: false; problem: string }
