import type { Hono } from 'hono'
import { LlmdError } from '../../errors.ts'
import { failedResponseEvent } from '../../formats/openai-responses/failed-event.ts'
import { answerByModel } from '../answer-by-model.ts'
import type { HttpEnv } from '../http-env.ts'
import type { InferenceServices } from '../inference-services.ts'
import { mountResource } from '../mount-resource.ts'
import { readInferenceBody } from '../read-inference-body.ts'

export function mountOpenAiResponses(app: Hono<HttpEnv>, services: InferenceServices): void {
  mountResource(app, '/v1/responses', {
    POST: async (c) => {
      const body = await readInferenceBody(c, services)
      return answerByModel(c, services, {
        body,
        forwarding: { path: '/responses', lastWords: failedResponseEvent },
        async local() {
          throw new LlmdError('unsupported_by_model', 'Local models do not answer at /v1/responses.', {
            hint: 'Ask at /v1/chat/completions, or ask a model of a provider.',
            param: 'model',
          })
        },
      })
    },
  })
}
