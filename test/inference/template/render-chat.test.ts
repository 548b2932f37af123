import { describe, expect, test } from 'vitest'
import type { ChatMessage } from '../../../src/chat/request.ts'
import { createChatRenderer } from '../../../src/inference/template/render-chat.ts'

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

function render(template: string | undefined, messages: ChatMessage[]) {
  return createChatRenderer({ template, bosToken: '<s>', eosToken: '</s>' }).render(messages)
}

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
