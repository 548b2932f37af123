import * as Flags from '@oclif/core/flags'
import type { Price } from '../../src/api/prices.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { confirm } from '../../src/cli/confirm.ts'
import { formatPriceSubject, priceArgs, priceFlags, readPriceSubject } from '../../src/cli/price-subject.ts'

export default class PricesRemove extends ClientCommand {
  static override summary = 'Remove the price of a model, or of a tier of models.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> openai/gpt-4.1',
    '<%= config.bin %> <%= command.id %> --tier small --yes',
    '<%= config.bin %> <%= command.id %> qwen3:8b --yes --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> qwen3:8b --yes --json',
  ]
  static override args = priceArgs
  static override flags = {
    ...priceFlags,
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
  }

  async run(): Promise<Price> {
    const { args, flags } = await this.parse(PricesRemove)
    const subject = readPriceSubject(args, flags)
    if (!(await confirm(`Remove the price of ${formatPriceSubject(subject)}?`, flags))) this.exit(1)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const price = await connection.client.removePrice(subject.kind, subject.name)
    this.log(`Removed the price of ${formatPriceSubject(price)}.`)
    return price
  }
}
