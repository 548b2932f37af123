import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createConversation } from '../../../src/cli/chat/conversation.ts'
import { runChat } from '../../../src/cli/chat/run-chat.ts'
import type { ChatTerminal } from '../../../src/cli/chat/terminal.ts'
import type { ChatCompletionPiece, ChatCompletionRequest } from '../../../src/client/chat.ts'
import { LlmdError } from '../../../src/errors.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

type Answer = (signal: AbortSignal) => AsyncIterable<ChatCompletionPiece>

const piece = (part: Partial<ChatCompletionPiece>): ChatCompletionPiece => ({
  content: '',
  reasoning: '',
  finishReason: null,
  usage: null,
  ...part,
})

const saying = (...words: string[]): Answer =>
  async function* () {
    for (const content of words) yield piece({ content })
    yield piece({ usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } })
  }

/** What is typed line by line, and how the model answers; what was asked, and what the terminal showed. */
async function talk(typed: string[], answers: Answer[] = [], { verbose = false } = {}) {
  const asked: ChatCompletionRequest[] = []
  const shown: string[] = []
  const prompts: string[] = []
  const conversation = createConversation({ model: 'm', system: null, settings: {} })
  const controller = new AbortController()
  const terminal: ChatTerminal = {
    async readLine(prompt) {
      prompts.push(prompt)
      const line = typed.shift() ?? '^D'
      return line === '^D' ? 'closed' : line === '^C' ? 'interrupted' : { text: line }
    },
    async write(text) {
      shown.push(text)
      if (text === 'STOP') controller.abort()
    },
    writeThought: async (text) => void shown.push(`<${text}>`),
    say: (text) => void shown.push(`${text}\n`),
    remark: (text) => void shown.push(`[${text}]\n`),
    wait: () => () => {},
    during: (work) => work(controller.signal),
  }
  const client = {
    chat(request: ChatCompletionRequest, signal: AbortSignal) {
      asked.push(request)
      return (answers.shift() ?? saying('Yes.'))(signal)
    },
  }
  await runChat({ client, terminal, conversation, verbose })
  return { asked, shown: shown.join(''), prompts, conversation }
}

const questions = (asked: ChatCompletionRequest[]) =>
  asked.map(({ messages }) => messages.map(({ content }) => content).join('|'))

const thinking: Answer = async function* () {
  yield piece({ reasoning: 'Hm' })
  yield piece({ reasoning: '.' })
  yield piece({ content: '\nSo' })
  yield piece({ content: '.' })
}

const failing: Answer = async function* () {
  yield piece({ content: 'Half' })
  throw new LlmdError('upstream_error', 'It broke off.', { hint: 'Try again.' })
}

const stoppedIn: Answer = async function* (signal) {
  yield piece({ content: 'STOP' })
  signal.throwIfAborted()
}

describe('a chat', () => {
  it('goes on with all that was said', async () => {
    const { asked, shown } = await talk(
      ['one', '', '"""two', 'three"""', 'four\n/five', '//six'],
      [saying('He', 'llo')],
    )
    expect(questions(asked)).toEqual([
      'one',
      'one|Hello|two\nthree',
      'one|Hello|two\nthree|Yes.|four\n/five',
      'one|Hello|two\nthree|Yes.|four\n/five|Yes.|/six',
    ])
    expect(shown).toContain('Hello\nYes.\n')
  })

  it('shows thoughts apart, and keeps them out of the conversation', async () => {
    const { shown, conversation } = await talk(['a'], [thinking])
    expect(shown).toContain('<Hm><.>\n\nSo.\n')
    expect(conversation.messages().at(-1)?.content).toBe('\nSo.')
  })

  it('survives an error, and asks again', async () => {
    const { asked, shown } = await talk(['one', 'two', '/retry', '/retry'], [saying('1'), failing])
    expect(shown).toContain('Half\n[Error: It broke off.]\n[Hint: Try again.]\n')
    expect(questions(asked)).toEqual(['one', 'one|1|two', 'one|1|two', 'one|1|two'])
  })

  it('keeps what came of an answer that was stopped', async () => {
    const { asked, shown } = await talk(['one', 'two'], [stoppedIn])
    expect(shown).toContain('STOP\n[Stopped.]\n')
    expect(questions(asked)).toEqual(['one', 'one|STOP|two'])
  })

  it('gives up a message that was begun, and tells how to leave', async () => {
    const { asked, shown, prompts } = await talk(['"""a', '^C', 'b', '^C'])
    expect(questions(asked)).toEqual(['b'])
    expect(prompts).toEqual(['>>> ', '... ', '>>> ', '>>> ', '>>> '])
    expect(shown.match(/leaves\.\]/g)).toHaveLength(1)
  })

  it('does what commands say', async () => {
    const file = join(temporaryFolder(), 'talk.json')
    const { asked, shown } = await talk([
      '/system Be brief.',
      '/model other',
      '/set temperature 0.5',
      'one',
      `/save ${file}`,
      '/clear',
      'two',
      `/load ${file}`,
      '/system',
      '/set temperature',
      'three',
      '/nope',
      '/save',
      '/retry now',
      '/exit',
      'never',
    ])
    expect(questions(asked)).toEqual(['Be brief.|one', 'Be brief.|two', 'one|Yes.|three', 'one|Yes.|three'])
    expect(asked[0]).toMatchObject({ model: 'other', temperature: 0.5 })
    expect(asked[2]).not.toHaveProperty('temperature')
    expect(shown).toContain('[Error: There is no command /nope.]')
    expect(shown).toContain('[Error: There is no file.]')
    expect(shown).toContain('Loaded 3 messages.')
  })

  it('has nothing to ask again at first, and helps', async () => {
    const { asked, shown } = await talk(['/retry', '/help'])
    expect(asked).toEqual([])
    expect(shown).toContain('[Error: Nothing was asked yet.]')
    for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    expect(shown).toMatch(/\/load FILE +\S/)
  })

  it('says how fast it was, where it is to', async () => {
    const { shown } = await talk(['a'], [saying('1')], { verbose: true })
    expect(shown).toMatch(/\[3 tokens read, 2 written in \d+ms, (\d+\.\d tok\/s, )?the first after \d+ms\]/)
  })
})
