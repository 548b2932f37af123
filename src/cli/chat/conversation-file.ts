import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { LlmdError } from '../../errors.ts'
import { saveFile } from '../save-file.ts'
import type { ChatMessage, Conversation } from './conversation.ts'

const mostBytes = 64 * 1024 * 1024
const roles = ['system', 'user', 'assistant'] as const satisfies ChatMessage['role'][]

/**
 * Writes a conversation to a file that is not there yet, as the body of a chat completion.
 * @returns where it is now
 * @throws LlmdError `invalid_request`
 */
export async function saveConversation(file: string, conversation: Conversation): Promise<string> {
  const path = pathOf(file)
  const { model, settings } = conversation
  const body = JSON.stringify({ model, messages: conversation.messages(), ...settings }, null, 2)
  await saveFile(path, oneChunk(`${body}\n`))
  return path
}

/** The messages of a file that saveConversation wrote, or of any such body. @throws LlmdError `invalid_request` */
export async function loadMessages(file: string): Promise<ChatMessage[]> {
  const path = pathOf(file)
  const text = await read(path)
  const messages = messagesOf(parse(text))
  if (messages) return messages
  throw new LlmdError('invalid_request', `${path} holds no conversation.`, {
    hint: 'It has to be JSON with "messages", each with a role and a text.',
  })
}

/** No shell has read it. */
function pathOf(file: string): string {
  return resolve(file.replace(/^~(?=\/|$)/, homedir()))
}

async function read(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size <= mostBytes) return await readFile(path, 'utf8')
  } catch (error) {
    const { code, message }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error))
    throw new LlmdError('invalid_request', `${path} cannot be read (${code ?? message}).`, { cause: error })
  }
  throw new LlmdError('invalid_request', `${path} is larger than any conversation.`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function messagesOf(body: unknown): ChatMessage[] | undefined {
  if (typeof body !== 'object' || body === null || !('messages' in body)) return undefined
  const { messages } = body
  if (!Array.isArray(messages)) return undefined
  const known = messages.map(messageOf)
  return known.every((message) => message !== undefined) ? known : undefined
}

function messageOf(value: unknown): ChatMessage | undefined {
  if (typeof value !== 'object' || value === null || !('role' in value) || !('content' in value))
    return undefined
  const { role: given, content } = value
  const role = roles.find((one) => one === given)
  return role && typeof content === 'string' ? { role, content } : undefined
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
