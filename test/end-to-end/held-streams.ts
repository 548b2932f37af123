import type { ServerResponse } from 'node:http'
import { expect, vi } from 'vitest'
import { openFakeProvider } from '../fixtures/fake-provider.ts'
import type { Llmd } from './llmd.ts'

export interface HeldStreams {
  /** Opens so many, and resolves once each has begun. */
  open(count: number): Promise<{ text: Promise<string> }[]>
  /** Lets the first of them go on to their end. */
  finish(count: number): void
}

const frame = (content: string, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ id: 'a', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason }] })}\n\n`

/** Streams of a provider that says a word and then nothing more until it is told to. */
export async function holdStreams(
  llmd: Llmd,
  { url, key }: { url: string; key: string },
): Promise<HeldStreams> {
  const fake = await openFakeProvider()
  const held: ServerResponse[] = []
  fake.answers.chat = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(frame('one'))
    held.push(response)
  }
  const add = ['providers', 'add', 'lab', '--base-url', fake.baseUrl, '--model', 'chat-small']
  expect(await llmd.run([...add, '--allow-private', '--no-verify'])).toMatchObject({ code: 0 })
  const ask = async () => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'chat-small',
        stream: true,
        messages: [{ role: 'user', content: 'hi' }],
      }),
    })
    expect(response.status).toBe(200)
    // Read from now on, whenever somebody asks what came.
    return { text: response.text().catch(String) }
  }
  return {
    async open(count) {
      const streams = await Promise.all(Array.from({ length: count }, ask))
      await vi.waitFor(() => expect(held.length).toBeGreaterThanOrEqual(count), {
        timeout: 10_000,
        interval: 20,
      })
      return streams
    },
    finish(count) {
      for (const response of held.splice(0, count)) response.end(`${frame('two', 'stop')}data: [DONE]\n\n`)
    },
  }
}
