import { z } from 'zod'

/**
 * An array of what `item` describes. Unlike zod's own it stops at the first element at fault: a body of millions of
 * them must not make millions of issues. Whoever documents it finds its form in the metadata, with `item` as `items`.
 */
export function list<Item extends z.ZodType>(
  item: Item,
  { least = 0, most = Infinity, allowed }: { least?: number; most?: number; allowed: string },
) {
  return z
    .unknown()
    .transform((value, context): z.output<Item>[] => {
      if (!Array.isArray(value) || value.length < least || value.length > most) {
        context.issues.push({ code: 'custom', message: allowed, input: value })
        return z.NEVER
      }
      const elements: z.output<Item>[] = []
      for (const [index, element] of value.entries()) {
        const parsed = item.safeParse(element)
        if (!parsed.success) {
          const [issue] = parsed.error.issues
          const path = [index, ...(issue?.path ?? [])]
          context.issues.push({ code: 'custom', message: issue?.message ?? allowed, path, input: element })
          return z.NEVER
        }
        elements.push(parsed.data)
      }
      return elements
    })
    .meta({
      type: 'array',
      items: item,
      ...(least > 0 && { minItems: least }),
      ...(most < Infinity && { maxItems: most }),
    })
}
