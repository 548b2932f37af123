import type { RerankResult } from '../../chat/embedding.ts'
import { encodePromptUsage } from '../openai-common/encode-usage.ts'
import type { RerankAnswer } from './answer-schema.ts'
import type { DecodedRerank } from './decode-request.ts'

/** The most relevant first; equals stay in the order of the request. */
export function encodeRerank(
  { scores, promptTokens }: RerankResult,
  { id, asked }: { id: string; asked: DecodedRerank },
): RerankAnswer {
  const { request, model, top, returnDocuments } = asked
  const results = scores
    .map((score, index) => ({
      index,
      relevance_score: score,
      ...(returnDocuments && { document: { text: request.documents[index] ?? '' } }),
    }))
    .toSorted((one, other) => other.relevance_score - one.relevance_score)
    .slice(0, top)
  return { id, object: 'list', model, results, usage: encodePromptUsage(promptTokens) }
}
