import { Agent, request } from 'undici'

/** An OpenAI-compatible server: llmd or llama-server. */
export interface CompletionServer {
  url: string
  key?: string
}

export interface CompletionOptions {
  model: string
  prompt: readonly number[]
  maxTokens: number
  /** 0, the likeliest token always, unless given. */
  temperature?: number
  signal?: AbortSignal
  /** Called at each piece of text with the time since the request was sent, in ms. */
  onText?: (ms: number) => void
}

export interface Completion {
  /** Times are of `performance.now()`. */
  sentAt: number
  firstTextAt: number
  endedAt: number
  completionTokens: number
  cachedTokens: number
}

interface Chunk {
  choices: { text: string; finish_reason: string | null }[]
  usage?: { completion_tokens: number; prompt_tokens_details?: { cached_tokens?: number } } | null
  error?: { message: string }
}

const agent = new Agent({ connections: 64, headersTimeout: 120_000, bodyTimeout: 120_000 })

/** Streams a completion of exactly `maxTokens` tokens. @throws Error when the server gives anything else */
export async function streamCompletion(
  server: CompletionServer,
  options: CompletionOptions,
): Promise<Completion> {
  const sentAt = performance.now()
  const { statusCode, body } = await request(`${server.url}/v1/completions`, {
    method: 'POST',
    dispatcher: agent,
    headers: {
      'content-type': 'application/json',
      ...(server.key !== undefined && { authorization: `Bearer ${server.key}` }),
    },
    body: JSON.stringify({
      model: options.model,
      prompt: options.prompt,
      max_tokens: options.maxTokens,
      temperature: options.temperature ?? 0,
      seed: 1,
      ignore_eos: true,
      stream: true,
      stream_options: { include_usage: true },
    }),
    ...(options.signal && { signal: options.signal }),
  })
  if (statusCode !== 200) throw new Error(`${server.url} answered ${statusCode}: ${await body.text()}`)
  let firstTextAt: number | undefined
  let usage: Chunk['usage']
  for await (const chunk of readChunks(body)) {
    if (chunk.error) throw new Error(chunk.error.message)
    usage = chunk.usage ?? usage
    const choice = chunk.choices[0]
    // A last token without text of its own still shows that it came.
    if (!choice || (choice.text === '' && choice.finish_reason === null)) continue
    firstTextAt ??= performance.now()
    if (choice.text !== '') options.onText?.(performance.now() - sentAt)
  }
  if (firstTextAt === undefined || usage?.completion_tokens !== options.maxTokens) {
    throw new Error(`${server.url} gave ${usage?.completion_tokens} tokens instead of ${options.maxTokens}`)
  }
  return {
    sentAt,
    firstTextAt,
    endedAt: performance.now(),
    completionTokens: usage.completion_tokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
  }
}

async function* readChunks(body: AsyncIterable<Buffer>): AsyncGenerator<Chunk> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of body) {
    const events = (rest + decoder.decode(bytes, { stream: true })).split('\n\n')
    rest = events.pop() ?? ''
    for (const event of events) {
      const data = event.replace(/^data: /, '')
      if (data !== event && data !== '[DONE]') yield JSON.parse(data)
    }
  }
}
