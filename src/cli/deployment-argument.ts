import * as Args from '@oclif/core/args'

/** Of the commands about one deployment. */
export const deploymentArgument = {
  deployment: Args.string({ description: 'Its id, as llmd deployments lists it.', required: true }),
}
