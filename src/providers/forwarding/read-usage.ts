import type { ChatUsage } from '../../chat/usage.ts'
import { backslash, endOfObject, openBrace, valueAfter } from './json-bytes.ts'

const usageKey = Buffer.from('"usage"')

/** The last usage that these bytes tell of, in the words of any of OpenAI's APIs; null where there is none. */
export function readUsage(bytes: Buffer): ChatUsage | null {
  for (let at = lastKey(bytes, bytes.length); at !== -1; at = lastKey(bytes, at)) {
    const start = valueAfter(bytes, at + usageKey.length)
    if (bytes[start] !== openBrace) continue
    const end = endOfObject(bytes, start)
    const usage = end === -1 ? null : toUsage(parse(bytes.subarray(start, end)))
    if (usage) return usage
  }
  return null
}

/** What a `usage` object says; null where it counts no tokens. */
export function toUsage(raw: unknown): ChatUsage | null {
  const promptTokens =
    count(member(raw, 'prompt_tokens')) ??
    count(member(raw, 'input_tokens')) ??
    count(member(raw, 'total_tokens'))
  if (promptTokens === null) return null
  const prompt = member(raw, 'prompt_tokens_details') ?? member(raw, 'input_tokens_details')
  const completion = member(raw, 'completion_tokens_details') ?? member(raw, 'output_tokens_details')
  return {
    promptTokens,
    completionTokens: count(member(raw, 'completion_tokens')) ?? count(member(raw, 'output_tokens')) ?? 0,
    cachedTokens: count(member(prompt, 'cached_tokens')) ?? 0,
    reasoningTokens: count(member(completion, 'reasoning_tokens')) ?? 0,
  }
}

function lastKey(bytes: Buffer, before: number): number {
  let at = before === 0 ? -1 : bytes.lastIndexOf(usageKey, before - 1)
  while (at > 0 && bytes[at - 1] === backslash) at = bytes.lastIndexOf(usageKey, at - 1)
  return at
}

function parse(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString())
  } catch {
    return null
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}
