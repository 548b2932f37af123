import { fork } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import type { GenerateRequest } from '../../fixtures/generate-child.ts'
import { scriptText, type ScriptName } from '../../fixtures/gguf/scripts.ts'
import { scriptedModel } from '../../fixtures/models.ts'

const childPath = new URL('../../fixtures/generate-child.ts', import.meta.url)

const turn = (role: string, text: string) => `<|im_start|>${role}\n${text}<|im_end|>\n`
const ask = (text: string) => `${turn('user', text)}<|im_start|>assistant\n`

const weatherTurns = turn('user', 'What is the weather in Paris?') + turn('assistant', scriptText('weather'))

const conversations: [name: string, prompt: string, script: ScriptName][] = [
  ['nothing in particular', ask('hi there'), 'greeting'],
  ['the weather', ask('What is the weather in Paris?'), 'weather'],
  ['a far trigger', ask(`weather ${'and some more words '.repeat(30)}`), 'weather'],
  ['a tool result', `${weatherTurns}${ask('\n<tool_response>\n{"t": 20}\n</tool_response>')}`, 'toolResult'],
  ['thanks after that', `${weatherTurns}${ask('thanks')}`, 'greeting'],
  ['coffee', ask('A coffee, please'), 'coffee'],
  [
    'coffee after coffee',
    `${turn('user', 'coffee')}${turn('assistant', scriptText('coffee'))}${ask('coffee')}`,
    'coffee',
  ],
  ['a system prompt before', `${turn('system', 'You think in json.')}${ask('coffee')}`, 'coffee'],
  ['JSON', ask('Give me json please'), 'json'],
  ['thinking', ask('think about it'), 'think'],
]

test('the engine reads the scripted model, which says its scripts to the letter', async () => {
  using model = scriptedModel()
  const prompts = [...conversations.map(([, prompt]) => prompt), ask('please loop')]

  const texts = await generate({ path: model.path, prompts, maxTokens: 40 })

  const named = conversations.map(([name], index) => [name, texts[index]])
  expect(named).toEqual(conversations.map(([name, , script]) => [name, scriptText(script)]))
  expect(texts.at(-1)).toBe(scriptText('loop').repeat(20))
})

test('the texts of the scripts are these', () => {
  expect(scriptText('greeting')).toBe('Hello from the scripted model!')
  expect(scriptText('coffee')).toBe('Un café ☕, merci.')
  expect(scriptText('toolResult')).toBe('It is sunny in Paris é☕.')
  expect(scriptText('loop')).toBe(' tick tock')
})

async function generate(request: GenerateRequest): Promise<string[]> {
  const child = fork(childPath, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  try {
    const replied: Promise<string[][]> = once(child, 'message')
    const exited = once(child, 'exit').then(() => Promise.reject(new Error('the engine ended early')))
    child.send(request)
    const [texts = []] = await Promise.race([replied, exited])
    return texts
  } finally {
    child.kill('SIGKILL')
  }
}
