import type { LocalModel } from '../../src/api/models.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatBytes } from '../../src/cli/format.ts'
import { formatUntil } from '../../src/cli/format-until.ts'
import { formatTable } from '../../src/cli/table.ts'

export default class ModelsPs extends ClientCommand {
  static override summary = 'List the models that are loaded, and what they take.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<{ data: LocalModel[] }> {
    const { flags } = await this.parse(ModelsPs)
    await using connection = await this.connect(flags, { allowInProcess: false })
    const models = (await connection.client.listModels())
      .filter((model) => model.kind === 'local')
      .filter(({ state }) => state !== 'unloaded')
    this.log(
      models.length === 0
        ? 'No model is loaded. They load when they are asked, or with: llmd models load NAME'
        : formatTable(
            ['NAME', 'STATE', 'SLOTS', 'CONTEXT', 'MEMORY', 'GPU', 'TOK/S', 'UNTIL'],
            models.map(({ name, state, progress, engine }) => [
              name,
              progress === null ? state : `loading ${Math.floor(progress * 100)} %`,
              engine ? `${engine.slots_busy}/${engine.slots}` : '-',
              engine ? `${engine.context_used}/${engine.context}` : '-',
              engine ? formatBytes(engine.memory_bytes) : '-',
              engine?.gpu ?? '-',
              engine?.tokens_per_second?.toFixed(1) ?? '-',
              engine ? formatUntil(engine) : '-',
            ]),
          ),
    )
    return { data: models }
  }
}
