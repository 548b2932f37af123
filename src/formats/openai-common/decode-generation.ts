import type { GenerationOptions, SamplingParameters } from '../../chat/request.ts'
import type { GenerationFields } from './generation-schema.ts'

/** What chats and completions ask for in the same words; a value that asks for nothing is left out. */
export function decodeGeneration(
  fields: GenerationFields,
): Pick<GenerationOptions, 'sampling' | 'stop' | 'choices' | 'ignoreEndToken'> {
  return {
    sampling: decodeSampling(fields),
    // An empty string would end every answer before it began; clients send it to mean none.
    stop: [fields.stop ?? []].flat().filter((text) => text !== ''),
    choices: fields.n ?? 1,
    ...(fields.ignore_eos && { ignoreEndToken: true }),
  }
}

function decodeSampling(fields: GenerationFields): SamplingParameters {
  const { top_k: topK, min_p: minP, seed, repeat_penalty: repeatPenalty, logit_bias: logitBias } = fields
  const { presence_penalty: presencePenalty, frequency_penalty: frequencyPenalty } = fields
  return {
    temperature: fields.temperature ?? 1,
    topP: fields.top_p ?? 1,
    // 0 and -1 both say: of all tokens.
    ...(topK && topK > 0 && { topK }),
    ...(minP && { minP }),
    ...(typeof seed === 'number' && { seed }),
    ...(presencePenalty && { presencePenalty }),
    ...(frequencyPenalty && { frequencyPenalty }),
    ...(repeatPenalty && repeatPenalty > 1 && { repeatPenalty }),
    ...(logitBias && Object.keys(logitBias).length > 0 && { logitBias }),
  }
}
