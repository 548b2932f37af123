import type { Hono } from 'hono'
import { LlmdError } from '../../errors.ts'
import type { ModelEntry } from '../../formats/openai-models/answer-schema.ts'
import type { PublicModel, Router } from '../../routing/router.ts'
import type { Deployments } from '../../deployments/deployments.ts'
import type { HttpContext, HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'

export function mountOpenAiModels(
  app: Hono<HttpEnv>,
  { router, deployments }: { router: Router; deployments: Pick<Deployments, 'modelOf'> },
): void {
  /** Tokens see what they may use, keys of a deployment its model alone. */
  function visible(c: HttpContext): PublicModel[] {
    const { deploymentId, models } = c.env.principal
    const only = deploymentId === null ? null : deployments.modelOf(deploymentId)
    return router
      .models()
      .filter(({ id }) => (only === null || id === only) && (models === null || models.has(id)))
  }

  mountResource(app, '/v1/models', {
    GET: (c) => c.json({ object: 'list', data: visible(c).map(encodeModel) }),
  })
  // Names hold slashes, and clients send them as they are or as %2F.
  mountResource(app, '/v1/models/:id{.+}', {
    GET: (c) => {
      const id = c.req.param('id')
      const model = visible(c).find((candidate) => candidate.id === id)
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
