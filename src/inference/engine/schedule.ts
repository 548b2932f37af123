/** The engine's decisions: pure functions of what waits and what runs. generator.ts carries them out. */

export interface WaitingRequest {
  id: string
  prompt: readonly number[]
}

export interface IdleSlot {
  index: number
  /** Counts up with every use; the smallest was used longest ago. */
  lastUsed: number
  commonPrefix(prompt: readonly number[]): number
}

/**
 * Gives waiting requests to idle slots, first come first served. Each takes the slot that already holds most of
 * its prompt; among equals the one used longest ago, so that recent conversations stay cached.
 */
export function assignSlots(
  waiting: readonly WaitingRequest[],
  idle: readonly IdleSlot[],
): { id: string; slot: number }[] {
  const free = new Set(idle)
  const assignments: { id: string; slot: number }[] = []
  for (const request of waiting) {
    let best: { slot: IdleSlot; prefix: number } | undefined
    for (const slot of free) {
      const prefix = slot.commonPrefix(request.prompt)
      const better =
        !best || prefix > best.prefix || (prefix === best.prefix && slot.lastUsed < best.slot.lastUsed)
      if (better) best = { slot, prefix }
    }
    if (!best) break
    free.delete(best.slot)
    assignments.push({ id: request.id, slot: best.slot.index })
  }
  return assignments
}

export interface BusySlot {
  index: number
  /** Prompt tokens still to evaluate before its answer can start; 0 while it answers. */
  prefillLeft: number
  /** When it was admitted; the smallest has waited longest. */
  admitted: number
}

export interface StepLimits {
  /** Most prompt tokens in a step in which no answer waits for its next token. */
  prefillAlone: number
  /** Most prompt tokens in a step that also decodes: it bounds the gap between two tokens of an answer. */
  prefillBesideDecode: number
}

export interface Step {
  /** Slots that get their next token. */
  decode: number[]
  /** Slots whose prompt is read on, and by how many tokens. */
  prefill: { slot: number; count: number }[]
}

/** What the next batch computes: a token for every answer, and as much of the oldest prompts as still fits. */
export function planStep(busy: readonly BusySlot[], limits: StepLimits): Step {
  const decode = busy.filter((slot) => slot.prefillLeft === 0).map((slot) => slot.index)
  const prefill: Step['prefill'] = []
  let room = decode.length > 0 ? limits.prefillBesideDecode : limits.prefillAlone
  const reading = busy.filter((slot) => slot.prefillLeft > 0).toSorted((a, b) => a.admitted - b.admitted)
  for (const slot of reading) {
    if (room === 0) break
    const count = Math.min(room, slot.prefillLeft)
    prefill.push({ slot: slot.index, count })
    room -= count
  }
  return { decode, prefill }
}
