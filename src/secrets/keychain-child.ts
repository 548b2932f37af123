/**
 * Entry of the process that speaks to the keychain of the desktop: it gets a KeychainRequest, answers with a
 * KeychainReply, and lives until its parent ends it. It is a process because libsecret can hang or crash.
 */
import { createRequire } from 'node:module'
import { keychainService, type KeychainReply, type KeychainRequest } from './keychain-protocol.ts'

/** What is used of keytar. Its own types are not there where the package could not be installed. */
interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>
  setPassword(service: string, account: string, password: string): Promise<void>
}

process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
process.once('message', (request: KeychainRequest) => {
  void answer(request).then((reply) => process.send?.(reply))
})

async function answer(request: KeychainRequest): Promise<KeychainReply> {
  try {
    const require = createRequire(import.meta.url)
    const keytar: Keytar = require('keytar')
    const { account } = request
    if (request.do === 'write') await keytar.setPassword(keychainService, account, request.text)
    const text = await keytar.getPassword(keychainService, account)
    if (request.do === 'write' && text !== request.text) {
      return { ok: false, problem: 'it did not keep what was written' }
    }
    return { ok: true, text }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return { ok: false, problem: problem.split('\n', 1)[0]!.slice(0, 200) }
  }
}
