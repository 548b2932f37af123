import type { Hono } from 'hono'
import { collectAnswer } from '../../formats/collect-answer.ts'
import { decodeCompletion } from '../../formats/openai-completions/decode-request.ts'
import { encodeCompletion } from '../../formats/openai-completions/encode-response.ts'
import { createCompletionStreamEncoder } from '../../formats/openai-completions/encode-stream.ts'
import { failedCompletionChunk } from '../../formats/openai-completions/failed-chunk.ts'
import { fillCompletionDefaults } from '../../formats/openai-completions/fill-defaults.ts'
import { answerByModel, type ModelRoute } from '../answer-by-model.ts'
import { answerStream } from '../answer-stream.ts'
import { clientOf } from '../client-of.ts'
import { completePrompts } from '../complete-prompts.ts'
import { createCompletionHead } from '../create-completion-head.ts'
import type { HttpEnv } from '../http-env.ts'
import type { InferenceServices } from '../inference-services.ts'
import { mountResource } from '../mount-resource.ts'
import { tellDropped } from '../tell-dropped.ts'

const route: ModelRoute = {
  fillDefaults: fillCompletionDefaults,
  path: '/completions',
  lastWords: failedCompletionChunk,
  async local(c, backend, filled) {
    const asked = decodeCompletion(filled)
    const requests = asked.requests.map((request) => ({ ...request, client: clientOf(c) }))
    const events = completePrompts(backend, requests, c.env.open.signal)
    const head = createCompletionHead('cmpl', asked.model)
    tellDropped(c, asked.dropped)
    if (asked.stream) return answerStream(c, events, createCompletionStreamEncoder(head, asked))
    return c.json(encodeCompletion(head, await collectAnswer(events, asked.choices), asked))
  },
}

export function mountOpenAiCompletions(app: Hono<HttpEnv>, services: InferenceServices): void {
  mountResource(app, '/v1/completions', {
    POST: (c) => answerByModel(c, services, route),
  })
}
