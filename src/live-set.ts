/** What can be in a LiveSet, in one at a time. */
export interface LiveMember {
  /** Its place there; -1 while it is in none. Nobody else's business. */
  liveSlot: number
}

/**
 * A set for members that come and go thousands of times a second, in no order. Each time it is rehashed, a Set of
 * JavaScript leaves a table behind that points at the next one; once V8 has taken such a table for old, it keeps every
 * member that comes after until the next full garbage collection, and copies it twice before.
 */
export class LiveSet<Member extends LiveMember> {
  readonly #members: (Member | undefined)[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  has(member: Member): boolean {
    return this.#members[member.liveSlot] === member
  }

  add(member: Member): void {
    if (this.has(member)) return
    member.liveSlot = this.#size
    this.#members[this.#size] = member
    this.#size += 1
  }

  /** Whether it was there. */
  delete(member: Member): boolean {
    if (!this.has(member)) return false
    this.#size -= 1
    const last = this.#members[this.#size]!
    this.#members[member.liveSlot] = last
    last.liveSlot = member.liveSlot
    // After the move, for it may be the last one itself.
    this.#members[this.#size] = undefined
    member.liveSlot = -1
    return true
  }

  /** Those that are there now; changes meanwhile do not matter. */
  toArray(): Member[] {
    return this.#members.slice(0, this.#size).filter((member) => member !== undefined)
  }
}
