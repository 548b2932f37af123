import type { Hono } from 'hono'
import { LlmdError } from '../../errors.ts'
import { failedResponseEvent } from '../../formats/openai-responses/failed-event.ts'
import { fillResponseDefaults } from '../../formats/openai-responses/fill-defaults.ts'
import { answerByModel, type ModelRoute } from '../answer-by-model.ts'
import type { HttpEnv } from '../http-env.ts'
import type { InferenceServices } from '../inference-services.ts'
import { mountResource } from '../mount-resource.ts'

const route: ModelRoute = {
  fillDefaults: fillResponseDefaults,
  path: '/responses',
  lastWords: failedResponseEvent,
  async local() {
    throw new LlmdError('unsupported_by_model', 'Local models do not answer at /v1/responses.', {
      hint: 'Ask at /v1/chat/completions, or ask a model of a provider.',
      param: 'model',
    })
  },
}

export function mountOpenAiResponses(app: Hono<HttpEnv>, services: InferenceServices): void {
  mountResource(app, '/v1/responses', {
    POST: (c) => answerByModel(c, services, route),
  })
}
