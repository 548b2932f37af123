import { formatCredits } from '../../src/api/credits.ts'
import type { Price } from '../../src/api/prices.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatTable } from '../../src/cli/table.ts'

export default class PricesList extends ClientCommand {
  static override summary = 'List the prices, in credits for a million tokens.'
  static override hiddenAliases = ['prices']
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<{ data: Price[] }> {
    const { flags } = await this.parse(PricesList)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const prices = await connection.client.listPrices()
    this.log(
      prices.length === 0
        ? 'Nothing has a price yet: all models are free. Set one with: llmd prices set MODEL --input 1 --output 4'
        : formatTable(
            ['OF', 'NAME', 'INPUT', 'CACHED', 'OUTPUT'],
            prices.map(({ kind, name, input, cached_input, output }) => [
              kind,
              name,
              formatCredits(input),
              formatCredits(cached_input ?? input),
              formatCredits(output),
            ]),
          ),
    )
    return { data: prices }
  }
}
