import { embeddingAnswerSchema } from '../../../formats/openai-embeddings/answer-schema.ts'
import { embeddingSchema } from '../../../formats/openai-embeddings/decode-request.ts'
import { rerankAnswerSchema } from '../../../formats/rerank/answer-schema.ts'
import { rerankSchema } from '../../../formats/rerank/decode-request.ts'
import type { OperationGroup } from '../operation.ts'
import { inferenceErrors } from './inference-errors.ts'

const usage = { prompt_tokens: 4, total_tokens: 4 }

export const vectorOperations: OperationGroup = {
  name: 'Vectors and ranks',
  description: 'For search: embeddings of texts, and how well texts answer a query.',
  scope: 'llm-all',
  errors: [...inferenceErrors, 'unsupported_parameter', 'context_length_exceeded'],
  operations: {
    'POST /v1/embeddings': {
      id: 'createEmbedding',
      summary: 'Make vectors of texts',
      body: { schema: embeddingSchema, example: { model: 'bge-m3', input: ['What is llmd?'] } },
      answer: {
        description: 'One vector for each input, in their order.',
        json: {
          schema: embeddingAnswerSchema,
          example: {
            object: 'list',
            data: [{ object: 'embedding', index: 0, embedding: [0.6, -0.8] }],
            model: 'bge-m3',
            usage,
          },
        },
      },
    },
    'POST /v1/rerank': {
      id: 'rerank',
      summary: 'Rank documents by a query',
      body: {
        schema: rerankSchema,
        example: { model: 'bge-reranker', query: 'What is llmd?', documents: ['A daemon.', 'A fruit.'] },
      },
      answer: {
        description: 'The documents, the most relevant first.',
        json: {
          schema: rerankAnswerSchema,
          example: {
            id: 'req_1',
            object: 'list',
            model: 'bge-reranker',
            results: [
              { index: 0, relevance_score: 0.98 },
              { index: 1, relevance_score: 0.01 },
            ],
            usage,
          },
        },
      },
    },
  },
}
