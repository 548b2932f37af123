import type { Hono } from 'hono'
import { collectAnswer } from '../../formats/collect-answer.ts'
import { decodeChatCompletion } from '../../formats/openai-chat/decode-request.ts'
import { encodeChatCompletion } from '../../formats/openai-chat/encode-response.ts'
import { createChatStreamEncoder } from '../../formats/openai-chat/encode-stream.ts'
import { failedChatChunk } from '../../formats/openai-chat/failed-chunk.ts'
import { answerByModel } from '../answer-by-model.ts'
import { answerStream } from '../answer-stream.ts'
import { clientOf } from '../client-of.ts'
import { createCompletionHead } from '../create-completion-head.ts'
import type { HttpEnv } from '../http-env.ts'
import type { InferenceServices } from '../inference-services.ts'
import { mountResource } from '../mount-resource.ts'
import { readInferenceBody } from '../read-inference-body.ts'
import { tellDropped } from '../tell-dropped.ts'

export function mountOpenAiChat(app: Hono<HttpEnv>, services: InferenceServices): void {
  mountResource(app, '/v1/chat/completions', {
    POST: async (c) => {
      const body = await readInferenceBody(c, services)
      return answerByModel(c, services, {
        body,
        forwarding: { path: '/chat/completions', lastWords: failedChatChunk },
        async local(backend) {
          const { request, model, stream, shape, dropped } = decodeChatCompletion(body.parsed)
          const events = backend.stream({ ...request, client: clientOf(c) }, c.get('open').signal)
          const head = createCompletionHead('chatcmpl', model)
          tellDropped(c, dropped)
          if (stream) return answerStream(c, events, createChatStreamEncoder(head, shape))
          return c.json(encodeChatCompletion(head, await collectAnswer(events, request.choices), shape))
        },
      })
    },
  })
}
