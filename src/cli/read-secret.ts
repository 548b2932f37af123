import { text } from 'node:stream/consumers'
import { Writable } from 'node:stream'
import { LlmdError } from '../errors.ts'
import { Secret } from '../secret.ts'

export interface ReadSecretOptions {
  /** What it is: `passphrase`. */
  name: string
  /** Name of the flag that reads stdin: `--passphrase-stdin`. */
  stdinFlag: string
  fromStdin: boolean
  /** Name of the environment variable that holds it. */
  fromEnv?: string | undefined
  /** Ask for it twice, where it is made up. */
  twice?: boolean
}

/**
 * A secret from stdin, the environment, or typed unseen; never from the arguments, which everyone on the machine can
 * read.
 * @throws LlmdError `invalid_request` when there is none
 */
export async function readSecret(options: ReadSecretOptions): Promise<Secret> {
  const { name, stdinFlag, fromStdin, fromEnv, twice = false } = options
  if (fromStdin)
    return present((await text(process.stdin)).replace(/\r?\n$/, ''), `There is no ${name} on stdin.`)
  if (fromEnv !== undefined) return present(process.env[fromEnv] ?? '', `${fromEnv} is not set.`)
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new LlmdError('invalid_request', `This needs a ${name}, and there is no terminal to ask on.`, {
      hint: `Pipe it in, with ${stdinFlag}.`,
    })
  }
  const secret = present(await ask(`${capital(name)}: `), `No ${name} was given.`)
  if (twice && (await ask(`${capital(name)} again: `)) !== secret.reveal()) {
    throw new LlmdError('invalid_request', 'The two are not the same.')
  }
  return secret
}

function present(value: string, problem: string): Secret {
  if (value === '') throw new LlmdError('invalid_request', problem)
  return new Secret(value)
}

/** What is typed goes to an output that shows nothing; empty after Ctrl-C or Ctrl-D. */
async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises')
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: unseen, terminal: true })
  const closed = new AbortController()
  terminal.once('close', () => closed.abort())
  process.stderr.write(question)
  try {
    return await terminal.question('', { signal: closed.signal })
  } catch {
    return ''
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
