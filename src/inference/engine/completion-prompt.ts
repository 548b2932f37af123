import type { CompletionRequest } from '../../chat/request.ts'
import { LlmdError } from '../../errors.ts'
import type { LoadedModel } from './llama-model.ts'
import { requireTokens } from './require-tokens.ts'

type Asked = Pick<CompletionRequest, 'prompt' | 'suffix'>

/**
 * The tokens that a text is continued from.
 * @throws LlmdError `invalid_request`, `unsupported_by_model`
 */
export function completionPrompt({ prompt, suffix }: Asked, model: LoadedModel): number[] {
  if (typeof prompt !== 'string') requireTokens(prompt, model, 'prompt')
  if (suffix === undefined || suffix === '') {
    const tokens = typeof prompt === 'string' ? model.tokenizePrompt(prompt) : prompt
    // An empty prompt is one in which nothing was said yet.
    return tokens.length > 0 ? tokens : model.tokenizePrompt(model.bosToken || model.eosToken)
  }
  const { infill } = model
  if (!infill) {
    throw new LlmdError('unsupported_by_model', 'This model cannot fill a gap: it was not taught to.', {
      param: 'suffix',
    })
  }
  const before = typeof prompt === 'string' ? model.tokenize(prompt, { special: false }) : prompt
  const after = model.tokenize(suffix, { special: false })
  return [infill.prefix, ...before, infill.suffix, ...after, infill.middle]
}

/** What the client wrote of a prompt, to be shown again. */
export interface EchoedPrompt {
  text: string
  /** All tokens of the prompt. */
  tokens: number[]
  /** How many of them come before what the client wrote. */
  added: number
}

/** @param tokens what {@link completionPrompt} made of it; nothing may be said of them where there is a suffix */
export function echoedPrompt({ prompt }: Asked, tokens: number[], model: LoadedModel): EchoedPrompt {
  if (typeof prompt !== 'string') {
    const text = model.detokenize(prompt, [], { special: true })
    return { text, tokens, added: tokens.length - prompt.length }
  }
  const own = model.tokenize(prompt, { special: true }).length
  return { text: prompt, tokens, added: Math.max(0, tokens.length - own) }
}
