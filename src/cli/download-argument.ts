import * as Args from '@oclif/core/args'

/** Which download a command is about. */
export const downloadArgument = {
  id: Args.string({ description: 'Its id, or the name of its model.', required: true }),
}
