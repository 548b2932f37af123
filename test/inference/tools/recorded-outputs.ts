import { readFileSync } from 'node:fs'
import { z } from 'zod'

const expectedShape = z.object({
  text: z.string().default(''),
  reasoning: z.string().default(''),
  /** Name and arguments; those of a call that was cut off are the text that came of them. */
  calls: z.array(z.tuple([z.string(), z.union([z.string(), z.record(z.string(), z.unknown())])])),
})

export interface RecordedOutput {
  title: string
  raw: string
  expected: z.infer<typeof expectedShape>
}

/** The outputs of one family's file: a title after `####`, the raw output, a line `----`, the expectation as JSON. */
export function recordedOutputs(family: string): RecordedOutput[] {
  const file = readFileSync(new URL(`fixtures/${family}.txt`, import.meta.url), 'utf8')
  return file
    .split(/^#### /m)
    .slice(1)
    .map((section) => {
      const titleEnd = section.indexOf('\n')
      const rawEnd = section.indexOf('\n----\n')
      return {
        title: section.slice(0, titleEnd),
        raw: section.slice(titleEnd + 1, rawEnd),
        expected: expectedShape.parse(JSON.parse(section.slice(rawEnd + 6))),
      }
    })
}
