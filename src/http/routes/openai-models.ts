import type { Hono } from 'hono'
import { LlmdError } from '../../errors.ts'
import type { ModelEntry } from '../../formats/openai-models/answer-schema.ts'
import type { PublicModel, Router } from '../../routing/router.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'

export function mountOpenAiModels(app: Hono<HttpEnv>, { router }: { router: Router }): void {
  mountResource(app, '/v1/models', {
    GET: (c) => c.json({ object: 'list', data: router.models().map(encodeModel) }),
  })
  // Names hold slashes, and clients send them as they are or as %2F.
  mountResource(app, '/v1/models/:id{.+}', {
    GET: (c) => {
      const id = c.req.param('id')
      const model = router.models().find((candidate) => candidate.id === id)
      if (model) return c.json(encodeModel(model))
      throw new LlmdError('model_not_found', `The model ${JSON.stringify(id)} does not exist.`, {
        param: 'model',
      })
    },
  })
}

function encodeModel({ id, created }: PublicModel): ModelEntry {
  return { id, object: 'model', created, owned_by: 'llmd' }
}
