import type { Hono } from 'hono'
import { decodeRerank } from '../../formats/rerank/decode-request.ts'
import { encodeRerank } from '../../formats/rerank/encode-response.ts'
import { answerByModel } from '../answer-by-model.ts'
import type { HttpEnv } from '../http-env.ts'
import type { InferenceServices } from '../inference-services.ts'
import { mountResource } from '../mount-resource.ts'
import { readInferenceBody } from '../read-inference-body.ts'
import { tellDropped } from '../tell-dropped.ts'

export function mountRerank(app: Hono<HttpEnv>, services: InferenceServices): void {
  mountResource(app, '/v1/rerank', {
    POST: async (c) => {
      const body = await readInferenceBody(c, services)
      return answerByModel(c, services, {
        body,
        forwarding: { path: '/rerank' },
        async local(backend) {
          const asked = decodeRerank(body.parsed)
          tellDropped(c, asked.dropped)
          const result = await backend.rerank(asked.request, c.get('open').signal)
          return c.json(encodeRerank(result, { id: c.get('requestId'), asked }))
        },
      })
    },
  })
}
