import * as Args from '@oclif/core/args'

/** Which provider a command is about. What stands on stdin is its key, never its name. */
export const providerArgument = {
  name: Args.string({ description: 'Name of the provider.', required: true, ignoreStdin: true }),
}
