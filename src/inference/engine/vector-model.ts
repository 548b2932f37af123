import type { LlamaModel } from 'node-llama-cpp'
import type { EmbeddingRequest, EmbeddingResult, RerankRequest, RerankResult } from '../../chat/embedding.ts'
import { LlmdError } from '../../errors.ts'
import { asTokens } from './as-tokens.ts'
import { requireShort } from './require-short.ts'

/** What a model can do that makes vectors of texts instead of texts. */
export interface VectorModel {
  /** It generates no text. */
  readonly onlyVectors: boolean
  /** The signal ends it between two texts. `onRead` is told the tokens of each text before it is read. */
  embed(
    request: EmbeddingRequest,
    signal: AbortSignal,
    onRead?: (tokens: number) => void,
  ): Promise<EmbeddingResult>
  rerank(
    request: RerankRequest,
    signal: AbortSignal,
    onRead?: (tokens: number) => void,
  ): Promise<RerankResult>
}

/** `{arch}.pooling_type` of a GGUF: how the vectors of a text's tokens become one. */
const poolingNone = 0
const poolingRank = 4

/** @returns undefined where the file names no way of pooling: the model was made to write, not to embed */
export async function createVectorModel(options: {
  model: LlamaModel
  contextSize: number
  threads: number
}): Promise<VectorModel | undefined> {
  const { model, contextSize, threads } = options
  const { general, tokenizer: _tokenizer, ...architectures } = model.fileInfo.metadata
  const facts: Record<string, unknown> = Object(Reflect.get(architectures, general.architecture))
  const pooling = facts['pooling_type']
  if (typeof pooling !== 'number' || pooling === poolingNone) return undefined

  const ranks = pooling === poolingRank && model.fileInsights.supportsRanking
  const context = ranks
    ? await model.createRankingContext({ contextSize, threads })
    : await model.createEmbeddingContext({ contextSize, threads })
  const fits = (tokens: number, param: string) => {
    // The library leaves one free.
    if (tokens < contextSize) return
    const message = `This model's context is ${contextSize} tokens, one of them free, and this input has ${tokens}.`
    throw new LlmdError('context_length_exceeded', message, { param })
  }
  return {
    onlyVectors: facts['causal_attention'] === false || /bert/.test(general.architecture),
    async embed({ inputs, dimensions }, signal, onRead) {
      if (!('getEmbeddingFor' in context)) throw cannot('makes no embeddings: it ranks documents')
      const vectors: number[][] = []
      let promptTokens = 0
      for (const [index, input] of inputs.entries()) {
        signal.throwIfAborted()
        if (typeof input === 'string') requireShort(input, `input[${index}]`)
        const tokens = typeof input === 'string' ? input : asTokens(input)
        const length = context.calculateInputLength(tokens)
        fits(length, `input[${index}]`)
        promptTokens += length
        onRead?.(length)
        const { vector } = await context.getEmbeddingFor(tokens)
        if (vector.length === 0) {
          const param = `input[${index}]`
          throw new LlmdError('invalid_request', `${param}: this model finds nothing to read in it.`, {
            param,
          })
        }
        if (dimensions !== undefined && dimensions > vector.length) {
          const message = `dimensions: this model's vectors have ${vector.length} numbers.`
          throw new LlmdError('invalid_request', message, { param: 'dimensions' })
        }
        vectors.push(normalise(vector.slice(0, dimensions)))
      }
      return { vectors, promptTokens }
    },
    async rerank({ query, documents }, signal, onRead) {
      if (!('rankAll' in context)) throw cannot('ranks nothing: it makes embeddings')
      requireShort(query, 'query')
      // Alone first: it is tokenized anew with every document.
      fits(context.calculateInputLength(query, ''), 'query')
      const scores: number[] = []
      let promptTokens = 0
      for (const [index, document] of documents.entries()) {
        signal.throwIfAborted()
        requireShort(document, `documents[${index}]`)
        const length = context.calculateInputLength(query, document)
        fits(length, `documents[${index}]`)
        promptTokens += length
        onRead?.(length)
        scores.push(await context.rank(query, document))
      }
      return { scores, promptTokens }
    },
  }
}

/** To length 1, so that a dot product is the cosine of the angle. */
function normalise(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector)
  return length === 0 ? [...vector] : vector.map((value) => value / length)
}

function cannot(what: string): LlmdError {
  return new LlmdError('unsupported_by_model', `This model ${what}.`)
}
