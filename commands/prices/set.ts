import type { Price } from '../../src/api/prices.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { numberFlag } from '../../src/cli/number-flag.ts'
import { formatPriceSubject, priceArgs, priceFlags, readPriceSubject } from '../../src/cli/price-subject.ts'

export default class PricesSet extends ClientCommand {
  static override summary = 'Set what tokens of a model, or of a tier of models, cost.'
  static override description =
    "Prices are credits for a million tokens. A model's own price counts before that of its tier, and that before the one of *. A model without any is free. It holds at once; requests under way keep the old price."
  static override examples = [
    '<%= config.bin %> <%= command.id %> openai/gpt-4.1 --input 2 --cached-input 0.5 --output 8',
    '<%= config.bin %> <%= command.id %> --tier small --input 0.1 --output 0.4',
    "<%= config.bin %> <%= command.id %> '*' --input 1 --output 1",
    '<%= config.bin %> <%= command.id %> qwen3:8b --input 0.2 --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> qwen3:8b --input 0.2 --json',
  ]
  static override args = priceArgs
  static override flags = {
    ...priceFlags,
    input: numberFlag({ summary: 'For a million tokens of prompts.', helpValue: 'N', required: true }),
    'cached-input': numberFlag({
      summary: 'For those that came from a cache; as much as for others unless given.',
      helpValue: 'N',
    }),
    output: numberFlag({ summary: 'For a million tokens of answers; nothing unless given.', helpValue: 'N' }),
  }

  async run(): Promise<Price> {
    const { args, flags } = await this.parse(PricesSet)
    const { kind, name } = readPriceSubject(args, flags)
    const { input, output, 'cached-input': cached } = flags
    await using connection = await this.connect(flags, { allowInProcess: true })
    const price = await connection.client.setPrice(kind, name, {
      input,
      ...(cached !== undefined && { cached_input: cached }),
      ...(output !== undefined && { output }),
    })
    this.log(`Set the price of ${formatPriceSubject(price)}.`)
    return price
  }
}
