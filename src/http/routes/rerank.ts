import type { Hono } from 'hono'
import { decodeRerank } from '../../formats/rerank/decode-request.ts'
import { encodeRerank } from '../../formats/rerank/encode-response.ts'
import { answerByModel, type ModelRoute } from '../answer-by-model.ts'
import type { HttpEnv } from '../http-env.ts'
import type { InferenceServices } from '../inference-services.ts'
import { mountResource } from '../mount-resource.ts'
import { tellDropped } from '../tell-dropped.ts'

const route: ModelRoute = {
  path: '/rerank',
  async local(c, backend, body) {
    const asked = decodeRerank(body)
    tellDropped(c, asked.dropped)
    const result = await backend.rerank(asked.request, c.env.open.signal)
    return c.json(encodeRerank(result, { id: c.env.open.id, asked }))
  },
}

export function mountRerank(app: Hono<HttpEnv>, services: InferenceServices): void {
  mountResource(app, '/v1/rerank', {
    POST: (c) => answerByModel(c, services, route),
  })
}
