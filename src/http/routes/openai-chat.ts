import type { Hono } from 'hono'
import { collectAnswer } from '../../formats/collect-answer.ts'
import { decodeChatCompletion } from '../../formats/openai-chat/decode-request.ts'
import { encodeChatCompletion } from '../../formats/openai-chat/encode-response.ts'
import { createChatStreamEncoder } from '../../formats/openai-chat/encode-stream.ts'
import { failedChatChunk } from '../../formats/openai-chat/failed-chunk.ts'
import { fillChatDefaults } from '../../formats/openai-chat/fill-defaults.ts'
import { answerByModel, type ModelRoute } from '../answer-by-model.ts'
import { answerStream } from '../answer-stream.ts'
import { clientOf } from '../client-of.ts'
import { createCompletionHead } from '../create-completion-head.ts'
import type { HttpEnv } from '../http-env.ts'
import type { InferenceServices } from '../inference-services.ts'
import { mountResource } from '../mount-resource.ts'
import { tellDropped } from '../tell-dropped.ts'

const route: ModelRoute = {
  fillDefaults: fillChatDefaults,
  path: '/chat/completions',
  lastWords: failedChatChunk,
  async local(c, backend, asked) {
    const { request, model, stream, shape, dropped } = decodeChatCompletion(asked)
    const events = backend.stream({ ...request, client: clientOf(c) }, c.env.open.signal)
    const head = createCompletionHead('chatcmpl', model)
    tellDropped(c, dropped)
    if (stream) return answerStream(c, events, createChatStreamEncoder(head, shape))
    return c.json(encodeChatCompletion(head, await collectAnswer(events, request.choices), shape))
  },
}

export function mountOpenAiChat(app: Hono<HttpEnv>, services: InferenceServices): void {
  mountResource(app, '/v1/chat/completions', {
    POST: (c) => answerByModel(c, services, route),
  })
}
