import { describe, expect, it } from 'vitest'
import type { ToolDefinition } from '../../../src/chat/tool.ts'
import { deepseek } from '../../../src/inference/tools/deepseek.ts'
import { functionGemma, gemma4 } from '../../../src/inference/tools/gemma.ts'
import { generic } from '../../../src/inference/tools/generic.ts'
import { granite } from '../../../src/inference/tools/granite.ts'
import { harmony } from '../../../src/inference/tools/harmony.ts'
import { hermes } from '../../../src/inference/tools/hermes.ts'
import { llama3 } from '../../../src/inference/tools/llama3.ts'
import { mistralArray } from '../../../src/inference/tools/mistral.ts'
import { detectReasoningTags, splitReasoning } from '../../../src/inference/tools/reasoning.ts'
import type { ToolFormat } from '../../../src/inference/tools/tool-format.ts'
import { readAnswer } from './read-answer.ts'
import { recordedOutputs } from './recorded-outputs.ts'

const tools: ToolDefinition[] = ['get_weather', 'get_time', 'search'].map((name) => ({ name }))

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

    it('is read alike wherever it is split', () => {
      for (let index = 0; index <= raw.length; index++) {
        const answer = readAnswer(createParser(format, raw), [raw.slice(0, index), raw.slice(index)])
        expect(answer, `split at ${index}`).toEqual(whole)
      }
      expect(readAnswer(createParser(format, raw), raw.split(''))).toEqual(whole)
      expect(readAnswer(createParser(format, raw), Array.from(raw))).toEqual(whole)
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
