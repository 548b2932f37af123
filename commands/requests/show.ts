import * as Args from '@oclif/core/args'
import type { RequestStory } from '../../src/api/requests.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatStory } from '../../src/cli/format-story.ts'

export default class RequestsShow extends ClientCommand {
  static override summary =
    'Tell the story of one request: whom it was given to, what it waited for, what it used.'
  static override description =
    'Of the last 500 requests all is known; of older ones what the record of usage has, for usage.keepDays.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> req_30d846ac6e0fc7104600bdb2',
    '<%= config.bin %> <%= command.id %> req_30d846ac6e0fc7104600bdb2 --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> req_30d846ac6e0fc7104600bdb2 --json',
  ]
  static override args = {
    id: Args.string({ description: 'As in the x-request-id of its answer, and in the log.', required: true }),
  }

  async run(): Promise<RequestStory> {
    const { args, flags } = await this.parse(RequestsShow)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const story = await connection.client.getRequest(args.id)
    this.log(formatStory(story))
    return story
  }
}
