import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { Download } from '../../src/api/downloads.ts'
import { beginDownload } from '../../src/cli/begin-download.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatBytes } from '../../src/cli/format.ts'
import { pullModel } from '../../src/cli/pull-model.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class ModelsPull extends ClientCommand {
  static override summary = 'Download a model and add it.'
  static override description = `The daemon downloads, so it goes on when the terminal is closed, and after a restart. Ctrl-C leaves it to the daemon. Without a daemon this command downloads itself; the same command goes on with what is there.
HF_TOKEN and HF_ENDPOINT in the daemon's environment name a token and another hub.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> hf:unsloth/Qwen3-8B-GGUF',
    '<%= config.bin %> <%= command.id %> hf:unsloth/Qwen3-8B-GGUF:Q8_0 --name qwen3:8b',
    '<%= config.bin %> <%= command.id %> hf:unsloth/Qwen3-8B-GGUF/Qwen3-8B-Q6_K.gguf --detach',
    '<%= config.bin %> <%= command.id %> https://models.example.org/qwen3-8b.gguf#sha256=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    '<%= config.bin %> <%= command.id %> hf:unsloth/Qwen3-8B-GGUF --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> hf:unsloth/Qwen3-8B-GGUF --json',
  ]
  static override args = {
    source: Args.string({
      description: 'hf:OWNER/REPO, with :QUANTIZATION or /FILE.gguf after it, or https://HOST/FILE.gguf.',
      required: true,
    }),
  }
  static override flags = {
    name: Flags.string({
      summary: 'What clients will call it; by default as its source does.',
      helpValue: 'NAME',
    }),
    detach: Flags.boolean({ summary: 'Do not wait for it.' }),
  }

  async run(): Promise<Download> {
    const { args, flags } = await this.parse(ModelsPull)
    const { source } = args
    const wanted = { source, ...(flags.name !== undefined && { name: flags.name }) }
    await using connection = await this.connect(flags, { allowInProcess: !flags.detach })
    if (flags.detach) {
      const begun = await beginDownload(connection.client, wanted)
      this.log(`Downloading ${safe(begun.name)}. See how far it is: llmd downloads show ${safe(begun.id)}`)
      return begun
    }
    const pulled = await pullModel(connection, wanted)
    const { name, total_bytes, files } = pulled
    const unchecked = files.some(({ sha256 }) => sha256 === null)
    const note = unchecked ? ' Its source names no digest, so only its size was checked.' : ''
    this.log(
      `Pulled ${safe(name)} (${formatBytes(total_bytes)}).${note} Try it: llmd run ${safe(name)} "Hello!"`,
    )
    return pulled
  }
}
