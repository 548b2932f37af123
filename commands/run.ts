import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { ClientCommand } from '../src/cli/client-command.ts'
import { collectAnswer, type Answer } from '../src/cli/collect-answer.ts'
import { interruptSignal } from '../src/cli/interrupt-signal.ts'
import { numberFlag } from '../src/cli/number-flag.ts'
import { readPrompt } from '../src/cli/read-prompt.ts'
import { writeStdout } from '../src/cli/write-stdout.ts'

export default class Run extends ClientCommand {
  static override summary = 'Ask a model, and print its answer as it comes.'
  static override description =
    'What is piped in is the prompt, or goes behind the one given. Without a daemon the model is loaded for this one answer.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> llmd-demo "Why is the sky blue?"',
    'cat letter.txt | <%= config.bin %> <%= command.id %> llmd-demo "Summarise this:" --system "Answer in one sentence."',
    '<%= config.bin %> <%= command.id %> llmd-demo "Name a fruit." --temperature 0.2 --max-tokens 50 --seed 7',
    '<%= config.bin %> <%= command.id %> llmd-demo "Hello!" --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> llmd-demo "Hello!" --json',
  ]
  static override args = {
    model: Args.string({ description: 'Name of the model.', required: true }),
    prompt: Args.string({ description: 'What to ask; read from stdin if it is not given.' }),
  }
  static override flags = {
    system: Flags.string({ summary: 'Instructions that stand before the prompt.', helpValue: 'TEXT' }),
    temperature: numberFlag({ summary: 'From 0, always the likeliest word, to 2.', helpValue: 'T' }),
    'max-tokens': Flags.integer({ summary: 'Longest answer, in tokens.', helpValue: 'N' }),
    seed: Flags.integer({ summary: 'The same seed gives the same answer.', helpValue: 'N' }),
  }

  async run(): Promise<Answer> {
    const { args, flags } = await this.parse(Run)
    const prompt = await readPrompt(args.prompt, process.stdin)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const signal = interruptSignal()
    const pieces = connection.client.chat(
      {
        model: args.model,
        messages: [
          ...(flags.system === undefined ? [] : [{ role: 'system' as const, content: flags.system }]),
          { role: 'user', content: prompt },
        ],
        ...(flags.temperature !== undefined && { temperature: flags.temperature }),
        ...(flags['max-tokens'] !== undefined && { max_tokens: flags['max-tokens'] }),
        ...(flags.seed !== undefined && { seed: flags.seed }),
      },
      signal,
    )
    const show = this.jsonEnabled() ? async () => {} : writeStdout
    const answer = await collectAnswer(args.model, pieces, show)
    if (!answer.content.endsWith('\n')) await show('\n')
    return answer
  }
}
