import type { Model } from '../../src/api/models.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatBytes } from '../../src/cli/format.ts'
import { formatTable } from '../../src/cli/table.ts'

export default class ModelsList extends ClientCommand {
  static override summary = 'List the models.'
  static override hiddenAliases = ['models']
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<{ data: Model[] }> {
    const { flags } = await this.parse(ModelsList)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const models = await connection.client.listModels()
    this.log(
      models.length === 0
        ? 'There are no models yet. Add one with: llmd models add NAME FILE.gguf'
        : formatTable(
            ['NAME', 'SIZE', 'QUANT', 'CONTEXT', 'STATE', 'SOURCE'],
            models.map((model) => [
              model.name,
              formatBytes(model.file.size_bytes),
              model.file.quantization,
              String(model.engine?.context ?? model.options.context ?? model.file.trained_context),
              model.state,
              model.source,
            ]),
          ),
    )
    return { data: models }
  }
}
