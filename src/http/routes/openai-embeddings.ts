import type { Hono } from 'hono'
import { decodeEmbedding } from '../../formats/openai-embeddings/decode-request.ts'
import { encodeEmbedding } from '../../formats/openai-embeddings/encode-response.ts'
import type { HttpEnv } from '../http-env.ts'
import type { InferenceServices } from '../inference-services.ts'
import { mountResource } from '../mount-resource.ts'
import { readInferenceBody } from '../read-inference-body.ts'
import { resolveBackend } from '../resolve-backend.ts'
import { tellDropped } from '../tell-dropped.ts'

export function mountOpenAiEmbeddings(app: Hono<HttpEnv>, services: InferenceServices): void {
  mountResource(app, '/v1/embeddings', {
    POST: async (c) => {
      const asked = decodeEmbedding(await readInferenceBody(c, services))
      const backend = resolveBackend(c, services.router, asked.model)
      tellDropped(c, asked.dropped)
      return c.json(encodeEmbedding(await backend.embed(asked.request, c.get('open').signal), asked))
    },
  })
}
