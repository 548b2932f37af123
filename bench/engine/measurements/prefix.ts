import type { BenchContext, Measurement } from '../measurement.ts'
import { startLeaving } from '../start-leaving.ts'
import { streamCompletion } from '../stream-completion.ts'
import { withModel } from '../with-model.ts'

const prefixTokens = 1600
const ownTokens = 16

interface Times {
  cold: number
  secondTurn: number
  /** A client with the same system prompt, while the first one's conversation rests. */
  besideIdle: number
  /** The same while the first one is being answered, so that its slot cannot be taken over. */
  besideBusy: number
}

/** Time to the first token where a long prefix of the prompt was already read for another request. */
export const measurePrefix: Measurement = (bench) =>
  withModel(bench.daemon, { quantization: 'Q8_0', slots: 2, context: 2304 }, async ({ name }) => {
    const times: Times[] = []
    for (let round = 0; round < bench.rounds; round++) times.push(await measureOnce(bench, name))
    const cold = { name: 'cold', values: times.map((time) => time.cold) }
    const row = (title: string, key: Exclude<keyof Times, 'cold'>, atMost: number) => ({
      name: `first token, ${prefixTokens} tokens shared: ${title}`,
      unit: 'ms',
      ours: times.map((time) => time[key]),
      reference: cold,
      goal: { atMost },
    })
    return [
      row('second turn', 'secondTurn', 0.05),
      row('second client, the first idle', 'besideIdle', 0.1),
      row('second client, the first answering', 'besideBusy', 0.1),
    ]
  })

async function measureOnce({ daemon, prompt }: BenchContext, model: string): Promise<Times> {
  const firstToken = async (tokens: readonly number[]) => {
    const { sentAt, firstTextAt } = await streamCompletion(daemon.server, {
      model,
      prompt: tokens,
      maxTokens: 2,
    })
    return firstTextAt - sentAt
  }
  const shared = prompt(prefixTokens)
  const firstTurn = [...shared, ...prompt(ownTokens)]
  const cold = await firstToken(firstTurn)
  const secondTurn = await firstToken([...firstTurn, ...prompt(ownTokens)])
  const besideIdle = await firstToken([...shared, ...prompt(ownTokens)])

  const sharedAgain = prompt(prefixTokens)
  const answering = Promise.withResolvers<void>()
  const first = startLeaving(daemon.server, {
    model,
    prompt: [...sharedAgain, ...prompt(ownTokens)],
    maxTokens: 500,
    onText: () => answering.resolve(),
  })
  await Promise.race([answering.promise, first.failed])
  const besideBusy = await firstToken([...sharedAgain, ...prompt(ownTokens)])
  await first.leave()
  return { cold, secondTurn, besideIdle, besideBusy }
}
