import type { Client } from '../client/create-client.ts'
import type { EmbeddingsAnswer, EmbeddingsRequest } from '../client/embeddings.ts'

/** Texts in one request: there may be any number of them, and each request takes some. */
const mostAtOnce = 100

/** Has vectors made of texts; `show` gets each as it comes, and is waited for. */
export async function embedTexts(
  client: Pick<Client, 'embed'>,
  { input, ...request }: EmbeddingsRequest,
  { signal, show }: { signal: AbortSignal; show: (vector: number[]) => Promise<void> },
): Promise<EmbeddingsAnswer> {
  const all: EmbeddingsAnswer = {
    object: 'list',
    data: [],
    model: request.model,
    usage: { prompt_tokens: 0, total_tokens: 0 },
  }
  for (let start = 0; start < input.length; start += mostAtOnce) {
    const answer = await client.embed({ ...request, input: input.slice(start, start + mostAtOnce) }, signal)
    all.model = answer.model
    all.usage.prompt_tokens += answer.usage.prompt_tokens
    all.usage.total_tokens += answer.usage.total_tokens
    for (const { object, index, embedding } of answer.data) {
      all.data.push({ object, index: start + index, embedding })
      await show(embedding)
    }
  }
  return all
}
