import { chatAnswerSchema, chatChunkSchema } from '../../../formats/openai-chat/answer-schema.ts'
import { chatCompletionSchema } from '../../../formats/openai-chat/schema.ts'
import {
  completionAnswerSchema,
  completionChunkSchema,
} from '../../../formats/openai-completions/answer-schema.ts'
import { completionSchema } from '../../../formats/openai-completions/schema.ts'
import {
  responseAnswerSchema,
  responseEventSchema,
  responseSchema,
} from '../../../formats/openai-responses/schema.ts'
import type { OperationGroup } from '../operation.ts'
import { inferenceErrors } from './inference-errors.ts'

const usage = {
  prompt_tokens: 9,
  completion_tokens: 2,
  total_tokens: 11,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
}

const model = 'llmd-demo'
const chatHead = { id: 'chatcmpl-1', created: 1_767_225_600, model }
const completionHead = { id: 'cmpl-1', object: 'text_completion', created: 1_767_225_600, model }

const chatChunk = (delta: object, finish_reason: string | null) => ({
  ...chatHead,
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, logprobs: null, finish_reason }],
})

const completionChoice = (text: string, finish_reason: string | null) => ({
  ...completionHead,
  choices: [{ index: 0, text, logprobs: null, finish_reason }],
})

export const chatOperations: OperationGroup = {
  name: 'Text',
  description: 'Chats and texts that a model continues.',
  scope: 'llm-all',
  errors: [...inferenceErrors, 'unsupported_parameter', 'context_length_exceeded'],
  operations: {
    'POST /v1/chat/completions': {
      id: 'createChatCompletion',
      summary: 'Continue a chat',
      description:
        'What llmd does not know is left out, and named in the header `x-llmd-dropped-params`; models of providers ' +
        'get it as it is.',
      body: {
        schema: chatCompletionSchema,
        example: { model, messages: [{ role: 'user', content: 'What is llmd?' }], temperature: 0 },
      },
      answer: {
        description: 'One answer, or `n`. With `stream` they come as events.',
        json: {
          schema: chatAnswerSchema,
          example: {
            ...chatHead,
            object: 'chat.completion',
            choices: [
              {
                index: 0,
                message: { role: 'assistant', content: 'A daemon.', refusal: null },
                logprobs: null,
                finish_reason: 'stop',
              },
            ],
            usage,
          },
        },
        events: {
          schema: chatChunkSchema,
          examples: [
            chatChunk({ role: 'assistant', content: '' }, null),
            chatChunk({ content: 'A daemon.' }, null),
            chatChunk({}, 'stop'),
          ],
          end: '[DONE]',
        },
      },
      errors: ['unsupported_content', 'unsupported_schema', 'template_failed'],
    },
    'POST /v1/completions': {
      id: 'createCompletion',
      summary: 'Continue a text',
      description: 'The text is continued as it stands, without the template of chats.',
      body: { schema: completionSchema, example: { model, prompt: 'llmd is', max_tokens: 16 } },
      answer: {
        description: 'One answer for each prompt, or `n`. With `stream` they come as events.',
        json: {
          schema: completionAnswerSchema,
          example: { ...completionChoice(' a daemon.', 'stop'), usage },
        },
        events: {
          schema: completionChunkSchema,
          examples: [completionChoice(' a daemon.', null), completionChoice('', 'stop')],
          end: '[DONE]',
        },
      },
    },
    'POST /v1/responses': {
      id: 'createResponse',
      summary: 'Ask a model of a provider by the Responses API',
      description: 'The body goes to the provider as it is, and its answer comes back as it is.',
      body: { schema: responseSchema, example: { model: 'openai/gpt-5', input: 'What is llmd?' } },
      answer: {
        description: 'What the provider answers.',
        json: { schema: responseAnswerSchema },
        events: { schema: responseEventSchema, examples: [{ type: 'response.created', sequence_number: 0 }] },
      },
    },
  },
}
