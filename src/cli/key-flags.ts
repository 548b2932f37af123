import * as Flags from '@oclif/core/flags'
import { readSecret } from './read-secret.ts'

/** Ways to give the key of a provider or an MCP server; none of them shows it in the process list. */
export const keyFlags = {
  'ask-key': Flags.boolean({ summary: 'Ask for the key.', exclusive: ['key-stdin', 'key-env'] }),
  'key-stdin': Flags.boolean({ summary: 'Read the key from stdin.', exclusive: ['key-env'] }),
  'key-env': Flags.string({ summary: 'Environment variable that holds the key.', helpValue: 'NAME' }),
}

/**
 * The key as it was given; undefined where none was, and none is needed.
 * @param isNeeded Asked only where no flag says how the key is given; by default it is not
 * @throws LlmdError `invalid_request` where one is needed and there is nobody to ask
 */
export async function readKey(
  flags: { 'ask-key': boolean; 'key-stdin': boolean; 'key-env'?: string | undefined },
  isNeeded: () => Promise<boolean> = async () => false,
): Promise<string | undefined> {
  const isGiven = flags['ask-key'] || flags['key-stdin'] || flags['key-env'] !== undefined
  if (!isGiven && !(await isNeeded())) return undefined
  const key = await readSecret({
    name: 'key',
    stdinFlag: '--key-stdin',
    fromStdin: flags['key-stdin'],
    fromEnv: flags['key-env'],
  })
  return key.reveal().trim()
}
