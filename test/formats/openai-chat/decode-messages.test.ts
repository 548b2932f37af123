import { describe, expect, it } from 'vitest'
import { decodeChatCompletion } from '../../../src/formats/openai-chat/decode-request.ts'
import { refusal } from '../refusal.ts'

const decode = (...messages: unknown[]) => decodeChatCompletion({ model: 'm', messages }).request.messages

const call = { id: 'c1', type: 'function', function: { name: 'add', arguments: '{"a": 1}' } }
const decodedCall = { id: 'c1', name: 'add', arguments: '{"a": 1}' }

describe('the messages of a chat completion', () => {
  it('of people and models', () => {
    const parts = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ]
    expect(
      decode(
        { role: 'system', content: 'be' },
        { role: 'developer', content: 'brief' },
        { role: 'user', content: parts },
        { role: 'assistant', content: 'yes', refusal: null, tool_calls: [] },
        { role: 'assistant', content: 'no', reasoning_content: 'hm' },
        { role: 'assistant', content: null, refusal: 'never' },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'never' }] },
      ),
    ).toEqual([
      { role: 'system', content: 'be' },
      { role: 'developer', content: 'brief' },
      { role: 'user', content: 'a\nb' },
      { role: 'assistant', content: 'yes' },
      { role: 'assistant', content: 'no', reasoning: 'hm' },
      { role: 'assistant', content: 'never' },
      { role: 'assistant', content: 'never' },
    ])
  })

  it('with tool calls and what came of them', () => {
    expect(
      decode(
        { role: 'assistant', content: null, tool_calls: [call, { ...call, id: 'c2', type: undefined }] },
        { role: 'tool', tool_call_id: 'c1', content: '2' },
        { role: 'tool', tool_call_id: 'unheard-of', content: [{ type: 'text', text: '3' }] },
        { role: 'assistant', content: 'so', tool_calls: [call] },
      ),
    ).toEqual([
      { role: 'assistant', content: '', toolCalls: [decodedCall, { ...decodedCall, id: 'c2' }] },
      { role: 'tool', toolCallId: 'c1', content: '2' },
      { role: 'tool', toolCallId: 'unheard-of', content: '3' },
      { role: 'assistant', content: 'so', toolCalls: [decodedCall] },
    ])
  })

  it('with function calls, which have no ids: an answer is to the last call of its name', () => {
    const function_call = { name: 'add', arguments: '{}' }
    const messages = decode(
      { role: 'assistant', content: null, function_call },
      { role: 'function', name: 'add', content: '1' },
      { role: 'assistant', content: null, function_call },
      { role: 'function', name: 'add', content: null },
      { role: 'function', name: 'other', content: '3' },
    )
    expect(messages).toEqual([
      { role: 'assistant', content: '', toolCalls: [{ id: 'call_0', ...function_call }] },
      { role: 'tool', toolCallId: 'call_0', content: '1' },
      { role: 'assistant', content: '', toolCalls: [{ id: 'call_2', ...function_call }] },
      { role: 'tool', toolCallId: 'call_2', content: '' },
      { role: 'tool', toolCallId: 'other', content: '3' },
    ])
  })

  it.each([
    [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }, 'messages[0].content[0]'],
    [
      { role: 'user', content: [{ type: 'text', text: 'x' }, { type: 'input_audio' }] },
      'messages[0].content[1]',
    ],
    [{ role: 'user', content: [{ type: 'file', file: {} }] }, 'messages[0].content[0]'],
    [{ role: 'tool', tool_call_id: 'c', content: [{ type: 'image_url' }] }, 'messages[0].content[0]'],
    [{ role: 'assistant', content: 'x', audio: { id: 'a' } }, 'messages[0].audio'],
  ])('refuses %j, which is no text', (message, param) => {
    expect(refusal(() => decode(message))).toMatchObject({
      code: 'unsupported_content',
      message: expect.stringContaining('text only'),
      param,
    })
  })

  it.each([
    [{ role: 'assistant' }, 'content'],
    [{ role: 'assistant', content: null, tool_calls: [] }, 'content'],
    [{ role: 'assistant', tool_calls: {} }, 'tool_calls'],
    [{ role: 'assistant', tool_calls: [{}] }, 'tool_calls[0].id'],
    [{ role: 'assistant', tool_calls: [{ ...call, type: 'custom' }] }, 'tool_calls[0].type'],
    [{ role: 'assistant', tool_calls: [{ ...call, function: 'add' }] }, 'tool_calls[0].function'],
    [
      { role: 'assistant', tool_calls: [{ ...call, function: { name: 'add', arguments: {} } }] },
      'tool_calls[0].function.arguments',
    ],
    [{ role: 'assistant', function_call: { name: 'add' } }, 'function_call.arguments'],
    [{ role: 'tool', content: 'x' }, 'tool_call_id'],
    [{ role: 'tool', tool_call_id: 'c', content: null }, 'content'],
    [{ role: 'function', content: 'x' }, 'name'],
  ])('refuses %j and names the field', (message, field) => {
    expect(refusal(() => decode(message))).toMatchObject({
      code: 'invalid_request',
      param: `messages[0].${field}`,
    })
  })
})
