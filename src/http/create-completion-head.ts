import { randomUUID } from 'node:crypto'
import type { CompletionHead } from '../formats/openai-common/completion-head.ts'

export function createCompletionHead(prefix: 'chatcmpl' | 'cmpl', model: string): CompletionHead {
  const id = `${prefix}-${randomUUID().replaceAll('-', '')}`
  return { id, created: Math.floor(Date.now() / 1000), model }
}
