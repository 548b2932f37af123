import { UnsupportedSchema } from './unsupported-schema.ts'

/** What is known of one alternative of a value; values are named by their keys. */
export type Branch =
  /** The JSON texts of the listed values, or nothing where they are not listed. */
  | { kind: 'scalar'; listed: ReadonlySet<string> | undefined }
  | { kind: 'array'; children: readonly string[] }
  | {
      kind: 'object'
      children: readonly string[]
      /** In the order in which the grammar has them. */
      members: readonly { name: string; required: boolean; value: string }[]
      open: boolean
    }

type ObjectBranch = Extract<Branch, { kind: 'object' }>
type Values = ReadonlyMap<string, readonly Branch[]>

/** The engine follows all readings of the text at once; each costs memory and time at every token. */
const maxReadings = 256

/**
 * Refuses schemas whose documents could be read in very many ways until they end: each level of nesting in two
 * alternatives that look alike doubles the readings, and the time that the engine takes for a token with them.
 */
export function checkAmbiguity(values: Values): void {
  const groups = new Map([...values].map(([key, branches]) => [key, groupBranches(branches, values)]))
  const readings = new Map([...values.keys()].map((key) => [key, 1]))
  const readingsOf = (branch: Branch) =>
    branch.kind === 'scalar'
      ? 1
      : branch.children.reduce((most, child) => Math.max(most, readings.get(child) ?? 1), 1)
  for (let changed = true; changed;) {
    changed = false
    for (const [key, alike] of groups) {
      const count = alike.reduce(
        (most, group) =>
          Math.max(
            most,
            group.reduce((sum, branch) => sum + readingsOf(branch), 0),
          ),
        1,
      )
      if (count > maxReadings) {
        throw new UnsupportedSchema(
          'alternatives that look alike are nested in one another: tell them apart early',
        )
      }
      if (count > (readings.get(key) ?? 1)) changed = true
      readings.set(key, count)
    }
  }
}

/** Groups the alternatives that may still be open together when a value inside them begins. */
function groupBranches(branches: readonly Branch[], values: Values): Branch[][] {
  const groups: Branch[][] = []
  for (const branch of branches) {
    const alike = groups.filter((group) => group.some((other) => lookAlike(branch, other, values)))
    const others = groups.filter((group) => !alike.includes(group))
    groups.splice(0, groups.length, ...others, [...alike.flat(), branch])
  }
  return groups
}

function lookAlike(a: Branch, b: Branch, values: Values): boolean {
  if (a.kind !== b.kind) return false
  return a.kind !== 'object' || b.kind !== 'object' || !toldApart(a, b, values)
}

/** Whether the members show which of the two it is before a nested value begins. */
function toldApart(a: ObjectBranch, b: ObjectBranch, values: Values): boolean {
  for (let i = 0; ; i++) {
    const [next, other] = [a.members[i], b.members[i]]
    if (!next?.required || !other?.required) return startsDiffer(a, b, i)
    if (next.name !== other.name) return true
    const [ours, theirs] = [listedTexts(next.value, values), listedTexts(other.value, values)]
    if (ours && theirs && ours.isDisjointFrom(theirs)) return true
    if (!isScalar(next.value, values) || !isScalar(other.value, values)) return false
  }
}

/** Whether no name can come next in both. */
function startsDiffer(a: ObjectBranch, b: ObjectBranch, from: number): boolean {
  const starts = ({ members, open }: ObjectBranch) => {
    const next = members.slice(from)
    const required = next.findIndex((member) => member.required)
    const names = (required < 0 ? next : next.slice(0, required + 1)).map(({ name }) => name)
    return { names: new Set(names), any: open && required < 0 }
  }
  const [ours, theirs] = [starts(a), starts(b)]
  return !ours.any && !theirs.any && ours.names.isDisjointFrom(theirs.names)
}

function listedTexts(value: string, values: Values): ReadonlySet<string> | undefined {
  const [branch, ...others] = values.get(value) ?? []
  return branch?.kind === 'scalar' && others.length === 0 ? branch.listed : undefined
}

const isScalar = (value: string, values: Values) =>
  (values.get(value) ?? []).every((branch) => branch.kind === 'scalar')
