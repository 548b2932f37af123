import type { Model, RemoteModel, RoutedModel } from '../../src/api/models.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatBytes } from '../../src/cli/format.ts'
import { formatSource } from '../../src/cli/format-source.ts'
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
        : formatTable(['NAME', 'KIND', 'STATE', 'SIZE', 'CONTEXT', 'SOURCE'], models.map(describe)),
    )
    return { data: models }
  }
}

function describe(model: Model): string[] {
  const { name, kind } = model
  const source = formatSource(model)
  if (model.kind === 'local') {
    const { state, file, engine, options } = model
    const context = engine?.context ?? options.context ?? file.trained_context
    return [name, kind, state, formatBytes(file.size_bytes), String(context), source]
  }
  return [name, kind, model.kind === 'remote' ? stateOf(model) : countReady(model), '-', '-', source]
}

function stateOf({ health }: RemoteModel): string {
  return health?.state ?? 'gone'
}

function countReady({ targets }: RoutedModel): string {
  const ready = targets.filter(({ kind, health }) => kind === 'routed' || health?.state === 'ready')
  return `${ready.length}/${targets.length} ready`
}
