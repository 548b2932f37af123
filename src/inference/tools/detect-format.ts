import { deepseek, deepseekPlain } from './deepseek.ts'
import { functionGemma, gemma4 } from './gemma.ts'
import { generic } from './generic.ts'
import { glm } from './glm.ts'
import { granite } from './granite.ts'
import { harmony } from './harmony.ts'
import { hermes } from './hermes.ts'
import { deepseekMarkup, deepseekMarkup4, minimax } from './invoke.ts'
import { kimi } from './kimi.ts'
import { lfm2 } from './lfm2.ts'
import { llama3 } from './llama3.ts'
import { mistralArray, mistralNamed, mistralNumbered } from './mistral.ts'
import { qwenCoder, seed } from './qwen-coder.ts'
import type { ToolFormat } from './tool-format.ts'

interface Signs {
  format: ToolFormat
  /** All of these occur in the template. */
  has: readonly string[]
  /** None of these does. */
  lacks?: readonly string[]
}

/** The first that fits is taken. */
const table: readonly Signs[] = [
  { format: harmony, has: ['<|channel|>', '<|message|>'] },
  { format: deepseek, has: ['<｜tool▁call▁begin｜>', '```json'] },
  { format: deepseekPlain, has: ['<｜tool▁call▁begin｜>', '<｜tool▁sep｜>'] },
  { format: deepseekMarkup, has: ['｜DSML｜', 'function_calls>'] },
  { format: deepseekMarkup4, has: ['｜DSML｜'] },
  { format: kimi, has: ['<|tool_call_argument_begin|>'] },
  // Kimi K2's first template knows no calls but those that the model itself writes.
  { format: kimi, has: ['tool_declare', '<|im_middle|>'] },
  { format: minimax, has: ['<minimax:tool_call>', '<invoke name='] },
  { format: seed, has: ['<seed:tool_call>'] },
  { format: lfm2, has: ['<|tool_call_start|>'] },
  { format: lfm2, has: ['<|tool_list_start|>'] },
  { format: functionGemma, has: ['<start_function_call>'] },
  { format: gemma4, has: ['<|tool_call>call:'] },
  { format: granite, has: ['<|tool_call|>'] },
  // Phi 4 mini's template tells of tools, but not how to call them.
  { format: granite, has: ['<|tool|>', '<|/tool|>'] },
  { format: mistralNumbered, has: ['[TOOL_CALLS]', '[CALL_ID]'] },
  { format: mistralNamed, has: ['[TOOL_CALLS]', '[ARGS]'] },
  { format: mistralArray, has: ['[TOOL_CALLS]'] },
  { format: qwenCoder, has: ['<tool_call>', '<function=', '<parameter='] },
  { format: glm, has: ['<tool_call>', '<arg_key>'] },
  { format: hermes, has: ['<tool_call>'], lacks: ['<function=', '<arg_key>'] },
  { format: llama3, has: ['<|start_header_id|>', '"parameters"'] },
  { format: llama3, has: ['<|header_start|>', '"parameters"'] },
  { format: llama3, has: ['<|python_tag|>'] },
]

/**
 * The family whose syntax a model writes, told by its chat template (Jinja source), or by the GGUF architecture where
 * the file brings no template.
 */
export function detectFormat(options: { template: string | undefined; architecture: string }): ToolFormat {
  const { template, architecture } = options
  if (template === undefined) return architecture === 'gpt-oss' ? harmony : generic
  const fits = ({ has, lacks = [] }: Signs) =>
    has.every((sign) => template.includes(sign)) && !lacks.some((sign) => template.includes(sign))
  return table.find(fits)?.format ?? generic
}
