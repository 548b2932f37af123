import type { Hono } from 'hono'
import { decodeChatCompletion } from '../../formats/openai-chat/decode-request.ts'
import { decodeDetokenize } from '../../formats/prompt-tools/decode-detokenize.ts'
import { decodeTokenize } from '../../formats/prompt-tools/decode-tokenize.ts'
import type { HttpContext, HttpEnv } from '../http-env.ts'
import type { InferenceServices } from '../inference-services.ts'
import { mountResource } from '../mount-resource.ts'
import { readInferenceBody } from '../read-inference-body.ts'
import { tellDropped } from '../tell-dropped.ts'

/** Where llama-server has them; they are under /v1 too. */
export const promptToolPaths = ['/tokenize', '/detokenize', '/apply-template'] as const

type PromptTool = (c: HttpContext, body: unknown) => Promise<object>

/** Looks at what a model is given: tokens of a text, text of tokens, the prompt that a chat becomes. */
export function mountPromptTools(app: Hono<HttpEnv>, services: InferenceServices): void {
  const { router } = services

  const tools: Record<(typeof promptToolPaths)[number], PromptTool> = {
    async '/tokenize'(c, body) {
      const { model, content, special, dropped } = decodeTokenize(body)
      tellDropped(c, dropped)
      return { tokens: await router.resolve(model).tokenize(content, { special }, c.get('open').signal) }
    },
    async '/detokenize'(c, body) {
      const { model, tokens, dropped } = decodeDetokenize(body)
      tellDropped(c, dropped)
      return { content: await router.resolve(model).detokenize(tokens, c.get('open').signal) }
    },
    async '/apply-template'(c, body) {
      const { model, request, dropped } = decodeChatCompletion(body)
      tellDropped(c, dropped)
      return { prompt: await router.resolve(model).renderPrompt(request, c.get('open').signal) }
    },
  }

  for (const path of promptToolPaths) {
    for (const spelling of [path, `/v1${path}`]) {
      mountResource(app, spelling, {
        POST: async (c) => c.json(await tools[path](c, (await readInferenceBody(c, services)).parsed)),
      })
    }
  }
}
