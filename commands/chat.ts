import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { createConversation } from '../src/cli/chat/conversation.ts'
import { noHistory, openInputHistory } from '../src/cli/chat/input-history.ts'
import { openTerminal } from '../src/cli/chat/open-terminal.ts'
import { runChat } from '../src/cli/chat/run-chat.ts'
import { ClientCommand } from '../src/cli/client-command.ts'
import { numberFlag } from '../src/cli/number-flag.ts'
import { paintFor } from '../src/cli/paint.ts'
import { LlmdError } from '../src/errors.ts'

export default class Chat extends ClientCommand {
  static override summary = 'Talk with a model.'
  static override description =
    'Ctrl-C stops an answer, Ctrl-D leaves; /help shows what else can be typed. Without a daemon the model is loaded for this conversation.'
  static override enableJsonFlag = false
  static override examples = [
    '<%= config.bin %> <%= command.id %> llmd-demo',
    '<%= config.bin %> <%= command.id %> llmd-demo --system "Answer in one sentence." --temperature 0.2',
    '<%= config.bin %> <%= command.id %> llmd-demo --no-history --verbose',
    '<%= config.bin %> <%= command.id %> llmd-demo --host http://10.0.0.5:5563 --token "$TOKEN"',
  ]
  static override args = { model: Args.string({ description: 'Name of the model.', required: true }) }
  static override flags = {
    system: Flags.string({ summary: 'Instructions that stand before the conversation.', helpValue: 'TEXT' }),
    temperature: numberFlag({ summary: 'From 0, always the likeliest word, to 2.', helpValue: 'T' }),
    'no-history': Flags.boolean({ summary: 'Neither use nor keep what is typed for the arrow keys.' }),
    verbose: Flags.boolean({ summary: 'Show after each answer what it used, and how fast it came.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Chat)
    const { stdin: input, stdout: output } = process
    if (!input.isTTY || !output.isTTY || process.env['TERM'] === 'dumb') {
      throw new LlmdError('invalid_request', 'A conversation needs a terminal.', {
        hint: 'Elsewhere, ask one question at a time: llmd run MODEL "Why is the sky blue?"',
      })
    }
    await using connection = await this.connect(flags, { allowInProcess: true })
    const { temperature, system = null } = flags
    const settings = temperature === undefined ? {} : { temperature }
    const conversation = createConversation({ model: args.model, system, settings })
    const history = flags['no-history'] ? noHistory : openInputHistory(this.paths.chatHistory)
    using terminal = openTerminal({ input, output, history, paint: paintFor(output, process.env) })
    await runChat({ client: connection.client, terminal, conversation, verbose: flags.verbose })
  }
}
