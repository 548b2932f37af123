import type { OutputEvent } from '../../../src/inference/tools/output-event.ts'
import type { OutputParser } from '../../../src/inference/tools/tool-format.ts'

/** What the events of one answer add up to. */
export interface Answer {
  text: string
  reasoning: string
  calls: { name: string; arguments: string; ended: boolean }[]
}

export function readAnswer(parser: OutputParser, pieces: readonly string[]): Answer {
  return addUp([...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()])
}

/** @throws Error where the events break the contract: indexes, ids, the order of a call's events, empty deltas */
function addUp(events: readonly OutputEvent[]): Answer {
  const answer: Answer = { text: '', reasoning: '', calls: [] }
  const ids = new Set<string>()
  const callAt = (index: number) => {
    const call = answer.calls[index]
    if (index !== answer.calls.length - 1 || call === undefined || call.ended) {
      throw new Error(`an event of call ${index} out of order`)
    }
    return call
  }
  for (const event of events) {
    switch (event.type) {
      case 'text-delta':
        if (event.text === '') throw new Error('an empty delta')
        answer.text += event.text
        break
      case 'reasoning-delta':
        if (event.text === '') throw new Error('an empty delta')
        answer.reasoning += event.text
        break
      case 'tool-call-start':
        if (event.index !== answer.calls.length) throw new Error('calls are numbered from 0')
        if (!/^call_[A-Za-z0-9]{24}$/.test(event.id) || ids.has(event.id)) throw new Error(`id ${event.id}`)
        ids.add(event.id)
        answer.calls.push({ name: event.name, arguments: '', ended: false })
        break
      case 'tool-call-delta':
        if (event.arguments === '') throw new Error('an empty delta')
        callAt(event.index).arguments += event.arguments
        break
      case 'tool-call-end':
        callAt(event.index).ended = true
        break
    }
  }
  return answer
}
