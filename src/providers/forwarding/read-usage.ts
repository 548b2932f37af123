import type { ChatUsage } from '../../chat/usage.ts'
import {
  advance,
  backslash,
  endOfObject,
  findKey,
  isValueOf,
  openBrace,
  startNesting,
  valueAfter,
} from './json-bytes.ts'
import { followLines } from './line-nesting.ts'

const usageKey = Buffer.from('"usage"')
const responseKey = Buffer.from('"response"')

/** Places that are looked at: an answer may be made of nothing else, and everyone would wait meanwhile. */
const mostTried = 100
/** Of an object that counts tokens. */
const longest = 16 * 1024

/** The last usage that these bytes tell of, in the words of any of OpenAI's APIs; null where there is none. */
export function readUsage(bytes: Buffer): ChatUsage | null {
  let at = lastKey(bytes, bytes.length)
  for (let tried = 0; at !== -1 && tried < mostTried; tried++) {
    const usage = usageAt(bytes, at)
    if (usage) return usage
    at = lastKey(bytes, at)
  }
  return null
}

/** That of JSON that is there whole: its own, if it has one, for answers repeat of the request what clients like. */
export function readUsageOfJson(json: Buffer): ChatUsage | null {
  if (hasOneAtMost(json)) return readUsage(json)
  const nesting = startNesting()
  let read = 0
  const isOwn = (at: number) => {
    advance(nesting, json, read, at)
    read = at
    return nesting.depth === 1
  }
  return lastOwn(json, isOwn) ?? readUsage(json)
}

/** That of whole events: their own, or that of the response they tell of, if there is one. */
export function readUsageOfEvents(events: Buffer): ChatUsage | null {
  if (hasOneAtMost(events)) return readUsage(events)
  const placeOf = followLines(events)
  const isOwn = (at: number) => {
    const { depth, second } = placeOf(at).nesting
    return depth === 1 || (depth === 2 && isValueOf(events, responseKey, second))
  }
  return lastOwn(events, isOwn) ?? readUsage(events)
}

function hasOneAtMost(bytes: Buffer): boolean {
  return bytes.indexOf(usageKey) === bytes.lastIndexOf(usageKey)
}

/** @param isOwn asked from the first to the last place */
function lastOwn(bytes: Buffer, isOwn: (at: number) => boolean): ChatUsage | null {
  let usage: ChatUsage | null = null
  for (let at = findKey(bytes, usageKey, 0); at !== -1; at = findKey(bytes, usageKey, at + 1)) {
    if (isOwn(at)) usage = usageAt(bytes, at) ?? usage
  }
  return usage
}

function usageAt(bytes: Buffer, at: number): ChatUsage | null {
  const start = valueAfter(bytes, at + usageKey.length)
  if (bytes[start] !== openBrace) return null
  const object = bytes.subarray(start, start + longest)
  const end = endOfObject(object, 0)
  return end === -1 ? null : toUsage(parse(object.subarray(0, end)))
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

/** Nobody has used more; and sums of more, over all requests there are, are larger than what databases count with. */
const mostTokens = 1_000_000_000

function count(value: unknown): number | null {
  const isCount = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
  return isCount ? Math.min(value, mostTokens) : null
}
