import { LlmdError } from '../errors.ts'
import type { EmbeddingsAnswer } from './embeddings.ts'

/** What is known of an answer that a provider may have given. */
interface LooseAnswer {
  data?: { index?: number; embedding?: number[] }[]
  model?: string
  usage?: { prompt_tokens?: number; total_tokens?: number }
}

/**
 * An answer of POST /v1/embeddings, in the order of its inputs and without what providers add.
 * @throws LlmdError `upstream_error` where there is not a vector for each input
 */
export function readEmbeddings(
  { data = [], model, usage = {} }: LooseAnswer,
  asked: { model: string; input: string[] },
): EmbeddingsAnswer {
  const vectors = new Map(data.map(({ index, embedding }, place) => [index ?? place, embedding]))
  const { prompt_tokens = 0, total_tokens = prompt_tokens } = usage
  return {
    object: 'list',
    data: asked.input.map((_, index) => {
      const embedding = vectors.get(index)
      if (Array.isArray(embedding)) return { object: 'embedding', index, embedding }
      throw new LlmdError('upstream_error', `${asked.model} gave no vector for each text.`, {
        hint: 'Ask a model that makes embeddings.',
      })
    }),
    model: model ?? asked.model,
    usage: { prompt_tokens, total_tokens },
  }
}
