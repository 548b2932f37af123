import type { Hono } from 'hono'
import { collectAnswer } from '../../formats/collect-answer.ts'
import { decodeCompletion } from '../../formats/openai-completions/decode-request.ts'
import { encodeCompletion } from '../../formats/openai-completions/encode-response.ts'
import { createCompletionStreamEncoder } from '../../formats/openai-completions/encode-stream.ts'
import { failedCompletionChunk } from '../../formats/openai-completions/failed-chunk.ts'
import { answerByModel } from '../answer-by-model.ts'
import { answerStream } from '../answer-stream.ts'
import { clientOf } from '../client-of.ts'
import { completePrompts } from '../complete-prompts.ts'
import { createCompletionHead } from '../create-completion-head.ts'
import type { HttpEnv } from '../http-env.ts'
import type { InferenceServices } from '../inference-services.ts'
import { mountResource } from '../mount-resource.ts'
import { readInferenceBody } from '../read-inference-body.ts'
import { tellDropped } from '../tell-dropped.ts'

export function mountOpenAiCompletions(app: Hono<HttpEnv>, services: InferenceServices): void {
  mountResource(app, '/v1/completions', {
    POST: async (c) => {
      const body = await readInferenceBody(c, services)
      return answerByModel(c, services, {
        body,
        forwarding: { path: '/completions', lastWords: failedCompletionChunk },
        async local(backend) {
          const asked = decodeCompletion(body.parsed)
          const requests = asked.requests.map((request) => ({ ...request, client: clientOf(c) }))
          const events = completePrompts(backend, requests, c.get('open').signal)
          const head = createCompletionHead('cmpl', asked.model)
          tellDropped(c, asked.dropped)
          if (asked.stream) return answerStream(c, events, createCompletionStreamEncoder(head, asked))
          return c.json(encodeCompletion(head, await collectAnswer(events, asked.choices), asked))
        },
      })
    },
  })
}
