import type { CallTags } from './call-tags.ts'
import type { Reading, TextSource } from './text-source.ts'

/** Whether a call's next argument or its end comes here, or the answer's end cuts it off; reads nothing. */
export function* callGoesOn(source: TextSource, { beforeKey, end, close }: CallTags): Reading<boolean> {
  const start = source.position
  yield* source.skipSpace()
  let goesOn = (yield* source.peek()) === undefined
  for (const tag of [beforeKey, end, close]) {
    if (tag !== '') goesOn ||= (yield* source.accept(tag)) || (yield* source.acceptCutOff(tag))
  }
  source.rewind(start)
  return goesOn
}
