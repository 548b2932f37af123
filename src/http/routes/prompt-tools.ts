import type { Hono } from 'hono'
import { requireModel } from '../../access/require-model.ts'
import { decodeChatCompletion } from '../../formats/openai-chat/decode-request.ts'
import { fillChatDefaults } from '../../formats/openai-chat/fill-defaults.ts'
import { decodeDetokenize } from '../../formats/prompt-tools/decode-detokenize.ts'
import { decodeTokenize } from '../../formats/prompt-tools/decode-tokenize.ts'
import type { HttpContext, HttpEnv } from '../http-env.ts'
import type { InferenceServices } from '../inference-services.ts'
import { mountResource } from '../mount-resource.ts'
import { readInferenceBody } from '../read-inference-body.ts'
import { tellAdmitted } from '../tell-admitted.ts'
import { tellDropped } from '../tell-dropped.ts'

/** Where llama-server has them; they are under /v1 too. */
export const promptToolPaths = ['/tokenize', '/detokenize', '/apply-template'] as const

type PromptTool = (c: HttpContext, body: unknown) => Promise<object>

/** Looks at what a model is given: tokens of a text, text of tokens, the prompt that a chat becomes. */
export function mountPromptTools(app: Hono<HttpEnv>, services: InferenceServices): void {
  function resolve(c: HttpContext, model: string) {
    const principal = c.env.principal
    const open = c.env.open
    requireModel(principal, model)
    const { deploymentId } = principal
    if (deploymentId !== null) services.deployments.require(deploymentId, model)
    const resolved = services.router.resolve(model)
    open.admitted = services.admission.admit(principal, model, open.startedAt)
    return resolved
  }

  const tools: Record<(typeof promptToolPaths)[number], PromptTool> = {
    async '/tokenize'(c, body) {
      const { model, content, special, dropped } = decodeTokenize(body)
      tellDropped(c, dropped)
      const { backend } = resolve(c, model)
      return { tokens: await backend.tokenize(content, { special }, c.env.open.signal) }
    },
    async '/detokenize'(c, body) {
      const { model, tokens, dropped } = decodeDetokenize(body)
      tellDropped(c, dropped)
      return { content: await resolve(c, model).backend.detokenize(tokens, c.env.open.signal) }
    },
    async '/apply-template'(c, body) {
      const { model, request, dropped } = decodeChatCompletion(body)
      tellDropped(c, dropped)
      const { backend, defaults } = resolve(c, model)
      const asked =
        defaults && typeof body === 'object'
          ? decodeChatCompletion(fillChatDefaults({ ...body }, defaults)).request
          : request
      return { prompt: await backend.renderPrompt(asked, c.env.open.signal) }
    },
  }

  for (const path of promptToolPaths) {
    for (const spelling of [path, `/v1${path}`]) {
      mountResource(app, spelling, {
        async POST(c) {
          const answer = c.json(await tools[path](c, (await readInferenceBody(c, services)).parsed))
          tellAdmitted(answer, c.env.open)
          return answer
        },
      })
    }
  }
}
