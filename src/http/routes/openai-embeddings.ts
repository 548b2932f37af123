import type { Hono } from 'hono'
import { decodeEmbedding } from '../../formats/openai-embeddings/decode-request.ts'
import { encodeEmbedding } from '../../formats/openai-embeddings/encode-response.ts'
import { answerByModel, type ModelRoute } from '../answer-by-model.ts'
import type { HttpEnv } from '../http-env.ts'
import type { InferenceServices } from '../inference-services.ts'
import { mountResource } from '../mount-resource.ts'
import { tellDropped } from '../tell-dropped.ts'

const route: ModelRoute = {
  path: '/embeddings',
  async local(c, backend, body) {
    const asked = decodeEmbedding(body)
    tellDropped(c, asked.dropped)
    return c.json(encodeEmbedding(await backend.embed(asked.request, c.env.open.signal), asked))
  },
}

export function mountOpenAiEmbeddings(app: Hono<HttpEnv>, services: InferenceServices): void {
  mountResource(app, '/v1/embeddings', {
    POST: (c) => answerByModel(c, services, route),
  })
}
