import { callGoesOn } from './call-goes-on.ts'
import type { CallTags } from './call-tags.ts'
import { asJson, escapeInString } from './read-json.ts'
import type { Reading, TextSource } from './text-source.ts'
import { areTexts, isOfType, type ValueTypes } from './value-types.ts'

/**
 * Reads a value that stands between tags as it is, and writes it as JSON: texts as they come, others once they are
 * whole. What is no JSON of a type that the value may have is a text.
 * @returns whether it is complete; if not, what was written begins a valid value
 */
export function* readTaggedValue(
  source: TextSource,
  write: (json: string) => void,
  { tags, types }: { tags: CallTags; types: ValueTypes },
): Reading<boolean> {
  const isText = areTexts(types)
  const ownLine = yield* source.accept('\n')
  if (isText) write('"')
  let value = ''
  for (;;) {
    const end = yield* acceptEnd(source, tags, ownLine)
    if (end === 'cut off') return false
    if (end === 'complete') break
    const character = (yield* source.next()) ?? ''
    if (isText) write(escapeInString(character))
    else value += character
  }
  write(isText ? '"' : valueAsJson(value, types))
  return true
}

function* acceptEnd(
  source: TextSource,
  tags: CallTags,
  ownLine: boolean,
): Reading<'complete' | 'cut off' | undefined> {
  const start = source.position
  const lineBreak = ownLine && (yield* source.accept('\n'))
  if ((yield* source.peek()) === undefined) return 'cut off'
  const close = source.position
  // The closing tag alone may be part of a text.
  if ((yield* source.accept(tags.afterValue)) && (yield* callGoesOn(source, tags))) return 'complete'
  source.rewind(close)
  if (yield* source.acceptCutOff(tags.afterValue)) return 'cut off'
  if (lineBreak || !tags.valueOnOwnLine) {
    // Models forget the closing tag at times.
    const forgotten = yield* source.accept(tags.beforeKey)
    source.rewind(close)
    if (forgotten) return 'complete'
  }
  source.rewind(start)
  return undefined
}

function valueAsJson(text: string, types: ValueTypes): string {
  const json = asJson(text)
  if (json === undefined) return JSON.stringify(text)
  const mayBeText = types?.has('string') ?? false
  return mayBeText && !isOfType(JSON.parse(json), types) ? JSON.stringify(text) : json
}
