import { describe, expect, it } from 'vitest'
import { createConversation } from '../../../src/cli/chat/conversation.ts'

const user = (content: string) => ({ role: 'user', content })
const assistant = (content: string) => ({ role: 'assistant', content })
const system = (content: string) => ({ role: 'system', content })

const begin = (instructions: string | null = null) =>
  createConversation({ model: 'm', system: instructions, settings: { temperature: 0 } })

describe('a conversation', () => {
  it('is sent whole with each question, after the instructions', () => {
    const talk = begin('Be brief.')
    talk.keep('a', 'b')
    expect(talk.request('c')).toEqual({
      model: 'm',
      messages: [system('Be brief.'), user('a'), assistant('b'), user('c')],
      temperature: 0,
    })
    expect(talk.messages()).toHaveLength(3)
  })

  it('has its last question taken back, answered or not', () => {
    const talk = begin()
    expect(talk.takeBack()).toBeUndefined()
    talk.keep('a', 'b')
    talk.keep('c', 'd')
    expect(talk.takeBack()).toBe('c')
    talk.lose('c')
    expect(talk.messages()).toEqual([user('a'), assistant('b')])
    expect(talk.takeBack()).toBe('c')
    expect(talk.takeBack()).toBe('a')
    expect(talk.messages()).toEqual([])
  })

  it('is forgotten, but for the instructions', () => {
    const talk = begin('Be brief.')
    talk.keep('a', 'b')
    talk.lose('c')
    talk.clear()
    expect(talk.messages()).toEqual([system('Be brief.')])
    expect(talk.takeBack()).toBeUndefined()
  })

  it('goes on with what was said elsewhere; a question without an answer can be asked again', () => {
    const talk = begin('Be brief.')
    const said = [system('Be long.'), user('a'), assistant('b'), user('c')] as ReturnType<
      typeof talk.messages
    >
    talk.load(said)
    expect(talk.system).toBe('Be long.')
    expect(talk.messages()).toEqual(said.slice(0, 3))
    expect(talk.takeBack()).toBe('c')
    talk.load([])
    expect(talk.system).toBeNull()
    expect(talk.messages()).toEqual([])
  })
})
