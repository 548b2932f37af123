import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createConversation } from '../../../src/cli/chat/conversation.ts'
import { loadMessages, saveConversation } from '../../../src/cli/chat/conversation-file.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

test('what is saved is the body of a chat completion, its owner’s alone, and can be loaded', async () => {
  const file = join(temporaryFolder(), 'talk.json')
  const talk = createConversation({ model: 'm', system: 'Be brief.', settings: { seed: 7 } })
  talk.keep('a', 'b\u0000\ud83e')
  expect(await saveConversation(file, talk)).toBe(file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ model: 'm', messages: talk.messages(), seed: 7 })
  expect(await loadMessages(file)).toEqual(talk.messages())
  await expect(saveConversation(file, talk)).rejects.toMatchObject({ code: 'invalid_request' })
})

test.each([
  'not JSON',
  'null',
  '{}',
  '{"messages":"hi"}',
  '{"messages":[{"role":"robot","content":"hi"}]}',
  '{"messages":[{"role":"user","content":[{"type":"text"}]}]}',
  '{"messages":[null]}',
])('%s is no conversation', async (text) => {
  const file = join(temporaryFolder(), 'talk.json')
  writeFileSync(file, text)
  await expect(loadMessages(file)).rejects.toMatchObject({ message: `${file} holds no conversation.` })
})

test('what cannot be read is told', async () => {
  await expect(loadMessages(temporaryFolder())).rejects.toMatchObject({ code: 'invalid_request' })
  await expect(loadMessages('/nowhere/talk.json')).rejects.toThrow('ENOENT')
})
