import * as Args from '@oclif/core/args'
import type { OpenRequest } from '../../src/api/requests.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class RequestsCancel extends ClientCommand {
  static override summary = 'End a request; its client gets an error.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> req_30d846ac6e0fc7104600bdb2',
    '<%= config.bin %> <%= command.id %> req_30d846ac6e0fc7104600bdb2 --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> req_30d846ac6e0fc7104600bdb2 --json',
  ]
  static override args = { id: Args.string({ description: 'As "llmd requests" shows it.', required: true }) }

  async run(): Promise<OpenRequest> {
    const { args, flags } = await this.parse(RequestsCancel)
    await using connection = await this.connect(flags, { allowInProcess: false })
    const request = await connection.client.cancelRequest(args.id)
    this.log(`Cancelled ${safe(request.id)}.`)
    return request
  }
}
