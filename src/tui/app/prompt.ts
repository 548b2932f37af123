import type { AnyTab, Message } from '../contract.ts'
import { completions } from './commands.ts'
import { editText } from './edit-text.ts'
import type { Prompt, State } from './state.ts'

export function promptFor(options: {
  name: string
  label: string
  text?: string
  choices?: readonly string[]
}): Prompt {
  const { name, label, text = '', choices = [] } = options
  return { name, label, text, cursor: text.length, before: text, choices }
}

/** What fits behind what was typed so far. */
export function choicesOf(state: State, tabs: readonly AnyTab[]): readonly string[] {
  const { prompt } = state
  if (!prompt) return []
  if (prompt.name === ':') return completions(prompt.text, tabs, state)
  return prompt.choices.filter((choice) => choice.startsWith(prompt.text))
}

/**
 * What becomes of a key while a line is typed: `line` is a command to be run, `typed` is what the tab that asked for
 * the line is told.
 */
export function reducePrompt(
  state: State,
  message: { readonly key: string; readonly text?: string },
  tabs: readonly AnyTab[],
): { state: State; line?: string; typed?: Message } {
  const { prompt } = state
  if (!prompt) return { state }
  const closed: State = { ...state, prompt: null }
  const isCommand = prompt.name === ':'
  const tell = (text: string): Message => ({ type: 'typed', prompt: prompt.name, text })
  switch (message.key) {
    case 'enter':
      return isCommand ? { state: closed, line: prompt.text } : { state: closed, typed: tell(prompt.text) }
    case 'escape':
      return isCommand ? { state: closed } : { state: closed, typed: tell(prompt.before) }
    case 'tab': {
      const text = commonBeginning(choicesOf(state, tabs)) ?? prompt.text
      return typing(state, { ...prompt, text, cursor: text.length })
    }
    case 'backspace':
      if (prompt.text === '') return isCommand ? { state: closed } : { state: closed, typed: tell('') }
  }
  const edited = editText(prompt, message)
  return edited ? typing(state, { ...prompt, ...edited }) : { state }
}

function typing(state: State, prompt: Prompt): { state: State; typed?: Message } {
  const next = { ...state, prompt }
  if (prompt.name === ':') return { state: next }
  return { state: next, typed: { type: 'typed', prompt: prompt.name, text: prompt.text } }
}

/** What all of them begin with. */
function commonBeginning(choices: readonly string[]): string | undefined {
  const [first, ...others] = choices
  if (first === undefined) return undefined
  let length = first.length
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) length -= 1
  }
  return first.slice(0, length)
}
