import * as Flags from '@oclif/core/flags'

/** Ways to give a passphrase beside typing it; none of them shows it in the process list. */
export const passphraseFlags = {
  'passphrase-stdin': Flags.boolean({
    summary: 'Read the passphrase from stdin.',
    exclusive: ['passphrase-env'],
  }),
  'passphrase-env': Flags.string({
    summary: 'Environment variable that holds the passphrase.',
    helpValue: 'NAME',
  }),
}
