import { describe, expect, test } from 'vitest'
import type { ChatMessage, ChatRequest } from '../../../src/chat/request.ts'
import { createChatRenderer } from '../../../src/inference/template/render-chat.ts'
import { chatTemplate } from '../../fixtures/gguf/chat-template.ts'

const llama3 =
  "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"

const mistral =
  "{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token }}{% else %}{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}"

const qwen = `{%- if tools %}
    {{- '<|im_start|>system\\n# Tools' }}
{%- elif messages[0].role == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {{- '<|im_start|>assistant\\n' + message.content.split('</think>')[-1].lstrip('\\n') + '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}`

const conversation: ChatMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Un café ☕?' },
  { role: 'assistant', content: '<think>hm</think>\nOui.' },
  { role: 'user', content: ' {{ 1 + 1 }} ' },
]

type Rendered = Pick<ChatRequest, 'tools' | 'reasoning'>

function render(template: string | undefined, messages: ChatMessage[], rest: Partial<Rendered> = {}) {
  const renderer = createChatRenderer({ template, bosToken: '<s>', eosToken: '</s>' })
  return renderer.render({ messages, tools: [], ...rest })
}

const weather = {
  name: 'get_weather',
  description: 'Get the current weather for a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
}

const toolConversation: ChatMessage[] = [
  { role: 'user', content: 'Weather in Paris?' },
  {
    role: 'assistant',
    content: '',
    toolCalls: [{ id: 'call_1', name: 'get_weather', arguments: '{"city":"Paris","days":[1,2]}' }],
  },
  { role: 'tool', toolCallId: 'call_1', content: '{"t":18}' },
]

describe('createChatRenderer', () => {
  test('a file without a template gets ChatML', () => {
    expect(render(undefined, conversation)).toBe(
      '<|im_start|>system\nBe brief.<|im_end|>\n' +
        '<|im_start|>user\nUn café ☕?<|im_end|>\n' +
        '<|im_start|>assistant\n<think>hm</think>\nOui.<|im_end|>\n' +
        '<|im_start|>user\n {{ 1 + 1 }} <|im_end|>\n' +
        '<|im_start|>assistant\n',
    )
  })

  test('Llama 3: headers, and the token of the beginning once', () => {
    expect(render(llama3, conversation.slice(0, 2))).toBe(
      '<s><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>' +
        '<|start_header_id|>user<|end_header_id|>\n\nUn café ☕?<|eot_id|>' +
        '<|start_header_id|>assistant<|end_header_id|>\n\n',
    )
  })

  test('Qwen 3: without tools, with the thoughts of earlier answers left out', () => {
    expect(render(qwen, conversation)).toBe(
      '<|im_start|>system\nBe brief.<|im_end|>\n' +
        '<|im_start|>user\nUn café ☕?<|im_end|>\n' +
        '<|im_start|>assistant\nOui.<|im_end|>\n' +
        '<|im_start|>user\n {{ 1 + 1 }} <|im_end|>\n' +
        '<|im_start|>assistant\n',
    )
  })

  test('Mistral: the tokens of the beginning and the end', () => {
    expect(render(mistral, conversation.slice(1))).toBe(
      '<s>[INST] Un café ☕? [/INST]<think>hm</think>\nOui.</s>[INST]  {{ 1 + 1 }}  [/INST]',
    )
  })

  test('templates see the developer role by its older name', () => {
    expect(render(undefined, [{ role: 'developer', content: 'Be brief.' }])).toContain('<|im_start|>system\n')
  })

  test('Qwen 2.5: tools, calls with their arguments as values, and results', () => {
    expect(render(chatTemplate, toolConversation, { tools: [weather] })).toBe(
      '<|im_start|>system\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\n' +
        'You are provided with function signatures within <tools></tools> XML tags:\n<tools>\n' +
        '{"type": "function", "function": {"name": "get_weather", "description": "Get the current weather for a city", ' +
        '"parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}\n</tools>\n\n' +
        'For each function call, return a json object with function name and arguments within ' +
        '<tool_call></tool_call> XML tags:\n<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n' +
        '</tool_call><|im_end|>\n' +
        '<|im_start|>user\nWeather in Paris?<|im_end|>\n' +
        '<|im_start|>assistant\n\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris", "days": [1, 2]}}\n' +
        '</tool_call><|im_end|>\n' +
        '<|im_start|>user\n<tool_response>\n{"t":18}\n</tool_response><|im_end|>\n' +
        '<|im_start|>assistant\n',
    )
  })

  test('without tools templates see none', () => {
    expect(render('{{ tools is defined }}', conversation)).toBe('false')
    expect(render('{{ tools | length }}', conversation, { tools: [weather, { name: 'other' }] })).toBe('2')
  })

  test('arguments that are no JSON stay the text that they are', () => {
    const call = { id: 'call_1', name: 'get_weather', arguments: 'Paris, please' }
    const messages: ChatMessage[] = [{ role: 'assistant', content: '', toolCalls: [call] }]
    expect(render('{{ messages[0].tool_calls[0].function.arguments }}', messages)).toBe('Paris, please')
  })

  test('results bring the name of the tool they are of, and the id of its call', () => {
    const template = '{{ messages[2].name }} {{ messages[2].tool_call_id }}'
    expect(render(template, toolConversation)).toBe('get_weather call_1')
    const unknown: ChatMessage[] = [{ role: 'tool', toolCallId: 'call_9', content: '' }]
    expect(render('[{{ messages[0].name }}]', unknown)).toBe('[]')
  })

  test('earlier thoughts are there for templates that want them', () => {
    const messages: ChatMessage[] = [{ role: 'assistant', content: 'Yes.', reasoning: 'hm' }]
    const template = '{{ messages[0].reasoning_content }} {{ messages[0].content }}'
    expect(render(template, messages)).toBe('hm Yes.')
  })

  test.each<[ChatRequest['reasoning'], string]>([
    [undefined, ''],
    [{ effort: 'none' }, 'false none '],
    [{ effort: 'high' }, 'true high '],
    [{ budgetTokens: 100 }, '100'],
    [{ effort: 'low', budgetTokens: 100 }, 'true low 100'],
  ])('how much to think, under the names that templates look for: %j', (reasoning, expected) => {
    const template =
      '{% if enable_thinking is defined %}{{ enable_thinking }} {{ reasoning_effort }} {% endif %}{% if thinking_budget is defined %}{{ thinking_budget }}{% endif %}'
    expect(render(template, conversation, reasoning && { reasoning })).toBe(expected)
  })

  test('Qwen 3: thinking is switched off in the prompt', () => {
    const off = render(qwen, conversation, { reasoning: { effort: 'none' } })
    expect(off.endsWith('<|im_start|>assistant\n<think>\n\n</think>\n\n')).toBe(true)
    const on = render(qwen, conversation, { reasoning: { effort: 'high' } })
    expect(on.endsWith('<|im_start|>assistant\n')).toBe(true)
  })

  test("what the template says against a conversation is the error's message", () => {
    expect(() => render(mistral, conversation)).toThrow(
      expect.objectContaining({
        code: 'template_failed',
        message: expect.stringContaining('Conversation roles must alternate'),
      }),
    )
  })

  test('a template that reaches for what it is not given fails, and reaches nothing', () => {
    const reaching = "{{ messages.constructor.constructor('return process')().exit(1) }}"
    expect(() => render(reaching, conversation)).toThrow(expect.objectContaining({ code: 'template_failed' }))
  })

  test('a template that cannot be read is refused before any conversation', () => {
    expect(() => createChatRenderer({ template: '{% if %}', bosToken: '', eosToken: '' })).toThrow(
      expect.objectContaining({
        code: 'template_failed',
        message: expect.stringContaining('cannot be read'),
      }),
    )
  })
})
