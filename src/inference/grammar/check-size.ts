import { isRecord } from './json-schema.ts'
import { UnsupportedSchema } from './unsupported-schema.ts'

const maxDepth = 64
const maxProperties = 1000
const maxBytes = 64 * 1024

/** A level of the schema takes two of JSON: `properties`, and the property in it. */
const jsonLevelsPerLevel = 2

/** Checks how large a document is, without recursion: before this nothing may walk it. */
export function checkSize(root: unknown): void {
  let level: unknown[] = [root]
  let properties = 0
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth * jsonLevelsPerLevel) {
      throw new UnsupportedSchema(`it is nested deeper than ${maxDepth} levels`)
    }
    const next: unknown[] = []
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue
      if (isRecord(value) && isRecord(value['properties'])) {
        properties += Object.keys(value['properties']).length
      }
      for (const child of Object.values(value)) next.push(child)
    }
    level = next
    if (properties > maxProperties) {
      throw new UnsupportedSchema(`it has more than ${maxProperties} properties`)
    }
  }
  if (Buffer.byteLength(JSON.stringify(root)) > maxBytes) {
    throw new UnsupportedSchema(`it is larger than ${maxBytes / 1024} KB`)
  }
}
