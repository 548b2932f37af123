import type { Hono } from 'hono'
import { decodeRerank } from '../../formats/rerank/decode-request.ts'
import { encodeRerank } from '../../formats/rerank/encode-response.ts'
import type { HttpEnv } from '../http-env.ts'
import type { InferenceServices } from '../inference-services.ts'
import { mountResource } from '../mount-resource.ts'
import { readInferenceBody } from '../read-inference-body.ts'
import { resolveBackend } from '../resolve-backend.ts'
import { tellDropped } from '../tell-dropped.ts'

export function mountRerank(app: Hono<HttpEnv>, services: InferenceServices): void {
  mountResource(app, '/v1/rerank', {
    POST: async (c) => {
      const asked = decodeRerank(await readInferenceBody(c, services))
      const backend = resolveBackend(c, services.router, asked.model)
      tellDropped(c, asked.dropped)
      const result = await backend.rerank(asked.request, c.get('open').signal)
      return c.json(encodeRerank(result, { id: c.get('requestId'), asked }))
    },
  })
}
