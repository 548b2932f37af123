/** The engine's decisions: pure functions of what waits and what runs. generator.ts carries them out. */

export interface WaitingRequest {
  id: string
  prompt: readonly number[]
  /** All of the prompt has to be evaluated: what slots hold of it is of no use. */
  anew?: boolean
}

/**
 * Whose turn it is: between clients, the one with fewest answers under way or ahead in the queue; of one client's
 * requests, the first that came. A client that floods the model so waits for itself.
 * @param running the client of each answer under way
 */
export function takeTurns<Request extends { client: string }>(
  waiting: readonly Request[],
  running: readonly string[],
): Request[] {
  const ahead = new Map<string, number>()
  const turnOf = (client: string) => {
    const turn = ahead.get(client) ?? 0
    ahead.set(client, turn + 1)
    return turn
  }
  for (const client of running) turnOf(client)
  return waiting
    .map((request) => ({ request, turn: turnOf(request.client) }))
    .toSorted((a, b) => a.turn - b.turn)
    .map(({ request }) => request)
}

export interface Slot {
  index: number
  /** Counts up with every use; the smallest was used longest ago. */
  lastUsed: number
  commonPrefix(prompt: readonly number[]): number
  /** The prompt it works on, and how much of it is evaluated; absent while the slot is idle. */
  reading?: { prompt: readonly number[]; evaluated: number }
}

export interface Assignment {
  id: string
  slot: number
  /** A slot that holds more of the prompt, to copy from first. */
  cloneFrom?: number
}

/** Copying costs about as much as evaluating this many tokens; fewer are evaluated again. */
const worthCloning = 64

/**
 * Gives waiting requests to idle slots, first come first served. Each takes the slot that already holds most of
 * its prompt; among equals one beside a busy slot, since llama.cpp computes neighbours at once, and then the one used
 * longest ago, so that recent conversations stay cached. What another slot
 * holds of it is copied. A request whose beginning another one is just reading waits for that: a prompt that many
 * share is computed once.
 */
export function assignSlots(
  waiting: readonly WaitingRequest[],
  slots: readonly Slot[],
  { canClone }: { canClone: boolean },
): Assignment[] {
  const free = new Set(slots.filter((slot) => !slot.reading))
  const assignments: Assignment[] = []
  const taken: (readonly number[])[] = []
  for (const { id, prompt, anew } of waiting) {
    if (free.size === 0) break
    const prefixes = new Map(slots.map((slot) => [slot, anew ? 0 : slot.commonPrefix(prompt)]))
    const held = (slot: Slot) => prefixes.get(slot) ?? 0
    const isNear = ({ index }: Slot) =>
      slots.some((other) => !free.has(other) && Math.abs(other.index - index) === 1)
    const richest = slots.reduce((best, slot) => (held(slot) > held(best) ? slot : best))
    const best = [...free].reduce((chosen, slot) => {
      if (held(slot) !== held(chosen)) return held(slot) > held(chosen) ? slot : chosen
      if (isNear(slot) !== isNear(chosen)) return isNear(slot) ? slot : chosen
      return slot.lastUsed < chosen.lastUsed ? slot : chosen
    })
    if (canClone && !anew) {
      const soon = beingRead(prompt, slots, taken)
      // Copied too early, the rest of it would be evaluated once more by each who waits.
      if (soon >= held(best) + worthCloning && soon > held(richest)) continue
    }
    free.delete(best)
    taken.push(prompt)
    const clones = canClone && held(richest) >= held(best) + worthCloning
    assignments.push({ id, slot: best.index, ...(clones && { cloneFrom: richest.index }) })
  }
  return assignments
}

/** How much of a prompt will be there to copy once those who read it now, or begin to, are through with it. */
function beingRead(
  prompt: readonly number[],
  slots: readonly Slot[],
  taken: readonly (readonly number[])[],
): number {
  const unread = slots.flatMap(({ reading }) => {
    return reading && reading.evaluated < reading.prompt.length - 1 ? [reading.prompt] : []
  })
  return Math.max(0, ...[...unread, ...taken].map((other) => sharedLength(prompt, other)))
}

function sharedLength(a: readonly number[], b: readonly number[]): number {
  // The last token of a prompt is evaluated with its answer.
  const most = Math.min(a.length, b.length) - 1
  for (let index = 0; index < most; index++) if (a[index] !== b[index]) return index
  return Math.max(0, most)
}

export interface BusySlot {
  index: number
  /** Prompt tokens still to evaluate before its answer can start; 0 while it answers. */
  prefillLeft: number
  /** When it was admitted; the smallest has waited longest. */
  admitted: number
  /** Most tokens of this prompt in one step. */
  mostAtOnce?: number
}

export interface StepLimits {
  /** Most prompt tokens in a step in which no answer waits for its next token. */
  prefillAlone: number
  /** Most prompt tokens in a step that also decodes: it bounds the gap between two tokens of an answer. */
  prefillBesideDecode: number
}

/** What a batch computes for one slot: its answer's next token, or so many tokens of its prompt. */
export type SlotStep = { slot: number; work: 'decode' } | { slot: number; work: 'prefill'; count: number }

/**
 * What the next batch computes: a token for every answer, and as much of the oldest prompts as still fits. By slot,
 * since llama.cpp computes at once only what stands in the batch in this order.
 */
export function planStep(busy: readonly BusySlot[], limits: StepLimits): SlotStep[] {
  const steps: SlotStep[] = busy
    .filter((slot) => slot.prefillLeft === 0)
    .map((slot) => ({ slot: slot.index, work: 'decode' }))
  let room = steps.length > 0 ? limits.prefillBesideDecode : limits.prefillAlone
  const reading = busy.filter((slot) => slot.prefillLeft > 0).toSorted((a, b) => a.admitted - b.admitted)
  for (const slot of reading) {
    if (room === 0) break
    const count = Math.min(room, slot.prefillLeft, slot.mostAtOnce ?? Infinity)
    steps.push({ slot: slot.index, work: 'prefill', count })
    room -= count
  }
  return steps.toSorted((a, b) => a.slot - b.slot)
}
