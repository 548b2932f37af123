import { chatCompletionSchema } from '../../../formats/openai-chat/schema.ts'
import {
  applyTemplateAnswerSchema,
  detokenizeAnswerSchema,
  tokenizeAnswerSchema,
} from '../../../formats/prompt-tools/answer-schemas.ts'
import { detokenizeSchema } from '../../../formats/prompt-tools/decode-detokenize.ts'
import { tokenizeSchema } from '../../../formats/prompt-tools/decode-tokenize.ts'
import type { Operation, OperationGroup } from '../operation.ts'
import { inferenceErrors } from './inference-errors.ts'

const model = 'llmd-demo'

const tokenize: Operation = {
  id: 'tokenize',
  summary: 'Tokens of a text',
  body: { schema: tokenizeSchema, example: { model, content: 'What is llmd?' } },
  answer: {
    description: 'Numbers of tokens.',
    json: { schema: tokenizeAnswerSchema, example: { tokens: [87, 104, 97, 116] } },
  },
  errors: ['unsupported_parameter'],
}

const detokenize: Operation = {
  id: 'detokenize',
  summary: 'Text of tokens',
  body: { schema: detokenizeSchema, example: { model, tokens: [87, 104, 97, 116] } },
  answer: {
    description: 'The text.',
    json: { schema: detokenizeAnswerSchema, example: { content: 'What' } },
  },
}

const applyTemplate: Operation = {
  id: 'applyTemplate',
  summary: 'The prompt that a chat becomes',
  body: {
    schema: chatCompletionSchema,
    example: { model, messages: [{ role: 'user', content: 'What is llmd?' }] },
  },
  answer: {
    description: 'The prompt.',
    json: {
      schema: applyTemplateAnswerSchema,
      example: { prompt: '<|im_start|>user\nWhat is llmd?<|im_end|>\n<|im_start|>assistant\n' },
    },
  },
  errors: ['unsupported_parameter', 'unsupported_content', 'unsupported_schema', 'template_failed'],
}

/** The path that llama-server has. */
function elder(operation: Operation): Operation {
  return {
    ...operation,
    id: `${operation.id}AtRoot`,
    description: 'The same as under `/v1`, where llama-server has it.',
  }
}

export const promptToolOperations: OperationGroup = {
  name: 'Prompts',
  description: 'What a model is given. Local models only.',
  scope: 'llm-all',
  errors: inferenceErrors,
  operations: {
    'POST /v1/tokenize': tokenize,
    'POST /v1/detokenize': detokenize,
    'POST /v1/apply-template': applyTemplate,
    'POST /tokenize': elder(tokenize),
    'POST /detokenize': elder(detokenize),
    'POST /apply-template': elder(applyTemplate),
  },
}
