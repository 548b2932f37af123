import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { LlmdError } from '../errors.ts'
import type { KeychainReply, KeychainRequest } from './keychain-protocol.ts'

const deadlineMs = 3000

/** What it takes to find the keychain, and to ask its user to unlock it. */
const passed = /^(PATH|HOME|USER|LANG|LC_.+|DISPLAY|WAYLAND_DISPLAY|DBUS_SESSION_BUS_ADDRESS|XDG_.+)$/

/**
 * Has a process of its own speak to the keychain, for three seconds at most. The secret goes through its channel.
 * @param childPath Absolute path of the module `keychain-child`
 * @returns What stands in the entry now
 * @throws LlmdError `sealed`
 */
export async function askKeychain(
  request: KeychainRequest,
  { childPath, env }: { childPath: string; env: NodeJS.ProcessEnv },
): Promise<string | null> {
  const child = fork(childPath, {
    cwd: '/',
    env: Object.fromEntries(Object.entries(env).filter(([name]) => passed.test(name))),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  // Whoever waits for it hears of it; nobody else need to.
  child.on('error', () => {})
  try {
    const reply = await ask(child, request, AbortSignal.timeout(deadlineMs))
    if (reply.ok) return reply.text
    throw refusal(reply.problem)
  } catch (error) {
    if (error instanceof LlmdError) throw error
    const isLate = error instanceof Error && error.name === 'AbortError'
    throw refusal(isLate ? `no answer within ${deadlineMs / 1000} seconds` : 'its process did not start')
  } finally {
    child.kill('SIGKILL')
  }
}

async function ask(
  child: ChildProcess,
  request: KeychainRequest,
  signal: AbortSignal,
): Promise<KeychainReply> {
  const replied: Promise<KeychainReply[]> = once(child, 'message', { signal })
  const exited = once(child, 'exit', { signal }).then((): never => {
    throw refusal('its process ended')
  })
  if (child.connected) child.send(request, () => {})
  const [reply] = await Promise.race([replied, exited])
  if (!reply) throw refusal('no answer')
  return reply
}

function refusal(problem: string): LlmdError {
  return new LlmdError('sealed', `The keychain cannot be used: ${problem}.`, {
    hint: 'Unlock it, in the desktop session that the daemon was started from. Then: llmd vault status',
  })
}
