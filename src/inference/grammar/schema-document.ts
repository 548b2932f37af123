import { checkKeywords } from './check-keywords.ts'
import { isRecord, type JsonSchema, type Keywords } from './json-schema.ts'
import { UnsupportedSchema, type SchemaPath } from './unsupported-schema.ts'

/** A place in a schema document. Places that say the same have the same id. */
export interface SchemaNode {
  readonly id: number
  readonly schema: boolean | Keywords
  readonly path: SchemaPath
}

export interface SchemaDocument {
  /** @throws UnsupportedSchema when a keyword there is not supported */
  node(schema: JsonSchema, path: SchemaPath): SchemaNode
  /** The place that a `$ref` means. Only places in the document itself are found. */
  resolve(ref: string, path: SchemaPath): SchemaNode
}

export function createSchemaDocument(root: JsonSchema): SchemaDocument {
  const ids = new Map<string, number>()
  const nodes = new Map<JsonSchema, SchemaNode>()

  function node(schema: JsonSchema, path: SchemaPath): SchemaNode {
    const known = nodes.get(schema)
    if (known) return known
    if (isRecord(schema)) checkKeywords(schema, path)
    const text = JSON.stringify(schema)
    const id = ids.get(text) ?? ids.size
    ids.set(text, id)
    const created = { id, schema, path }
    nodes.set(schema, created)
    return created
  }

  function resolve(ref: string, path: SchemaPath): SchemaNode {
    const refuse = (why: string) => new UnsupportedSchema(`"$ref" ${why}: ${ref}`, [...path, '$ref'])
    if (ref !== '#' && !ref.startsWith('#/')) throw refuse('must point into the schema itself')
    let value: unknown = root
    const parts = pointerParts(ref)
    if (!parts) throw refuse('is malformed')
    for (const part of parts) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) {
        throw refuse('points to nothing')
      }
      value = Object.getOwnPropertyDescriptor(value, part)?.value
    }
    if (typeof value !== 'boolean' && !isRecord(value)) throw refuse('does not point to a schema')
    if (value === false) throw refuse('points to false')
    return node(value, parts)
  }

  return { node, resolve }
}

function pointerParts(ref: string): string[] | undefined {
  try {
    const parts = decodeURIComponent(ref).split('/').slice(1)
    return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  } catch {
    return undefined
  }
}
