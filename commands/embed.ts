import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { ClientCommand } from '../src/cli/client-command.ts'
import { embedTexts } from '../src/cli/embed-texts.ts'
import { interruptSignal } from '../src/cli/interrupt-signal.ts'
import { readTexts } from '../src/cli/read-texts.ts'
import { writeStdout } from '../src/cli/write-stdout.ts'
import type { EmbeddingsAnswer } from '../src/client/embeddings.ts'

export default class Embed extends ClientCommand {
  static override summary = 'Turn texts into vectors.'
  static override description =
    'Prints a JSON array a line, in the order of the texts. Without a daemon the model is loaded for this once.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> nomic-embed "The sky is blue." "Grass is green."',
    'cat letter.txt | <%= config.bin %> <%= command.id %> nomic-embed --dimensions 256',
    'cat questions.txt | <%= config.bin %> <%= command.id %> nomic-embed --lines > vectors.jsonl',
    '<%= config.bin %> <%= command.id %> nomic-embed "Hello!" --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> nomic-embed "Hello!" --json',
  ]
  static override args = {
    model: Args.string({ description: 'Name of the model.', required: true }),
    text: Args.string({
      description: 'A vector is made of each; read from stdin if there is none.',
      multiple: true,
    }),
  }
  static override flags = {
    lines: Flags.boolean({ summary: 'Each line that is piped in is a text of its own.' }),
    dimensions: Flags.integer({
      summary: 'Length of the vectors, where the model can cut them.',
      helpValue: 'N',
    }),
  }

  async run(): Promise<EmbeddingsAnswer> {
    const { args, flags } = await this.parse(Embed)
    const { lines, dimensions } = flags
    const input = await readTexts(args.text ?? [], process.stdin, { lines })
    await using connection = await this.connect(flags, { allowInProcess: true })
    return await embedTexts(
      connection.client,
      { model: args.model, input, ...(dimensions !== undefined && { dimensions }) },
      { signal: interruptSignal(), show: this.jsonEnabled() ? async () => {} : print },
    )
  }
}

function print(vector: number[]): Promise<void> {
  return writeStdout(`${JSON.stringify(vector)}\n`)
}
