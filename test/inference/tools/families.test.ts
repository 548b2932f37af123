import { describe, expect, it } from 'vitest'
import type { ToolDefinition } from '../../../src/chat/tool.ts'
import { deepseek } from '../../../src/inference/tools/deepseek.ts'
import { functionGemma, gemma4 } from '../../../src/inference/tools/gemma.ts'
import { generic } from '../../../src/inference/tools/generic.ts'
import { glm } from '../../../src/inference/tools/glm.ts'
import { granite } from '../../../src/inference/tools/granite.ts'
import { harmony } from '../../../src/inference/tools/harmony.ts'
import { hermes } from '../../../src/inference/tools/hermes.ts'
import { deepseekMarkup, minimax } from '../../../src/inference/tools/invoke.ts'
import { kimi } from '../../../src/inference/tools/kimi.ts'
import { lfm2 } from '../../../src/inference/tools/lfm2.ts'
import { llama3 } from '../../../src/inference/tools/llama3.ts'
import { mistralArray } from '../../../src/inference/tools/mistral.ts'
import { qwenCoder, seed } from '../../../src/inference/tools/qwen-coder.ts'
import { detectReasoningTags, splitReasoning } from '../../../src/inference/tools/reasoning.ts'
import type { ToolFormat } from '../../../src/inference/tools/tool-format.ts'
import { decode } from './decode.ts'
import { readAnswer } from './read-answer.ts'
import { recordedOutputs } from './recorded-outputs.ts'

const tools: ToolDefinition[] = [
  { name: 'get_time' },
  {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: {
        city: { type: 'string' },
        days: { type: 'integer' },
        unit: { anyOf: [{ $ref: '#/$defs/name' }, { type: 'null' }] },
      },
      $defs: { name: { type: 'string' } },
    },
  },
  {
    name: 'search',
    parameters: {
      type: 'object',
      properties: {
        query: { type: 'string' },
        filter: { type: ['object', 'null'] },
        tags: { type: 'array' },
        exact: { type: 'boolean' },
      },
    },
  },
]

const families: Record<string, ToolFormat> = {
  hermes,
  llama3,
  mistral: mistralArray,
  deepseek,
  'function-gemma': functionGemma,
  gemma4,
  granite,
  harmony,
  generic,
  'qwen-coder': qwenCoder,
  seed,
  glm,
  minimax,
  'deepseek-markup': deepseekMarkup,
  kimi,
  lfm2,
}

function createParser(format: ToolFormat, raw: string) {
  const parser = format.createParser({ tools })
  const tags = format === harmony ? undefined : detectReasoningTags(raw)
  return tags ? splitReasoning(parser, { tags, startsInReasoning: false }) : parser
}

describe.each(Object.entries(families))('%s', (family, format) => {
  describe.each(recordedOutputs(family))('$title', ({ raw, expected }) => {
    const whole = readAnswer(createParser(format, raw), [raw])

    it('is read', () => {
      const calls = whole.calls.map((call) => [
        call.name,
        call.ended ? JSON.parse(call.arguments) : call.arguments,
      ])
      expect({ text: whole.text, reasoning: whole.reasoning, calls }).toEqual(expected)
    })

    it('is read alike character by character, whole ones or halves', () => {
      expect(readAnswer(createParser(format, raw), raw.split(''))).toEqual(whole)
      expect(readAnswer(createParser(format, raw), Array.from(raw))).toEqual(whole)
    })

    it('is read alike whichever bytes the tokens hold', () => {
      const bytes = Buffer.from(raw)
      for (let index = 0; index <= bytes.length; index++) {
        const pieces = decode([bytes.subarray(0, index), bytes.subarray(index)])
        expect(readAnswer(createParser(format, raw), pieces), `split at byte ${index}`).toEqual(whole)
      }
      const single = decode(Array.from(bytes, (byte) => Uint8Array.of(byte)))
      expect(readAnswer(createParser(format, raw), single)).toEqual(whole)
    })
  })

  it('reads nothing as a call when there are no tools', () => {
    for (const { raw } of recordedOutputs(family)) {
      expect(readAnswer(format.createParser({ tools: [] }), [raw]).calls).toEqual([])
    }
  })

  it('passes plain text on at once', () => {
    const parser = format.createParser({ tools })
    expect(parser.push('Hello')).toEqual([{ type: 'text-delta', text: 'Hello' }])
    expect(parser.push(' there.\n')).toEqual([
      { type: 'text-delta', text: expect.stringContaining(' there.') },
    ])
  })
})
