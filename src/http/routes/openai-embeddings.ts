import type { Hono } from 'hono'
import { decodeEmbedding } from '../../formats/openai-embeddings/decode-request.ts'
import { encodeEmbedding } from '../../formats/openai-embeddings/encode-response.ts'
import { answerByModel } from '../answer-by-model.ts'
import type { HttpEnv } from '../http-env.ts'
import type { InferenceServices } from '../inference-services.ts'
import { mountResource } from '../mount-resource.ts'
import { readInferenceBody } from '../read-inference-body.ts'
import { tellDropped } from '../tell-dropped.ts'

export function mountOpenAiEmbeddings(app: Hono<HttpEnv>, services: InferenceServices): void {
  mountResource(app, '/v1/embeddings', {
    POST: async (c) => {
      const body = await readInferenceBody(c, services)
      return answerByModel(c, services, {
        body,
        forwarding: { path: '/embeddings' },
        async local(backend) {
          const asked = decodeEmbedding(body.parsed)
          tellDropped(c, asked.dropped)
          return c.json(encodeEmbedding(await backend.embed(asked.request, c.get('open').signal), asked))
        },
      })
    },
  })
}
