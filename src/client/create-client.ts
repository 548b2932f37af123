import type { AddModel, EditModel, Model, ModelCheck } from '../api/models.ts'
import type { OpenRequest } from '../api/requests.ts'
import type { Status } from '../api/status.ts'
import type { CreatedToken, CreateToken, Token } from '../api/tokens.ts'
import { LlmdError } from '../errors.ts'
import type { ChatCompletionPiece, ChatCompletionRequest } from './chat.ts'
import { readError } from './read-error.ts'
import { streamChat } from './stream-chat.ts'
import type { Transport, TransportRequest } from './transport.ts'

/**
 * The admin API and the chat endpoint, typed. Every method throws the LlmdError the daemon answered with, or
 * `daemon_unreachable`.
 */
export interface Client {
  /** Whether the daemon takes requests now. */
  ready(): Promise<boolean>
  status(): Promise<Status>
  /** Asks the daemon to drain and end; it is still running when this resolves. */
  stop(): Promise<void>
  listModels(): Promise<Model[]>
  getModel(name: string): Promise<Model>
  addModel(model: AddModel): Promise<Model>
  editModel(name: string, change: EditModel): Promise<Model>
  copyModel(name: string, newName: string): Promise<Model>
  removeModel(name: string): Promise<Model>
  /** Resolves once the model is loaded. */
  loadModel(name: string): Promise<Model>
  unloadModel(name: string): Promise<Model>
  /** Resolves once the model was tried out. */
  checkModel(name: string): Promise<ModelCheck>
  /** Requests to models that are being answered, oldest first. */
  listRequests(): Promise<OpenRequest[]>
  cancelRequest(id: string): Promise<OpenRequest>
  listTokens(): Promise<Token[]>
  createToken(token: CreateToken): Promise<CreatedToken>
  revokeToken(idOrName: string): Promise<Token>
  /** Streams an answer; an aborted signal ends it and its reason is thrown. */
  chat(request: ChatCompletionRequest, signal: AbortSignal): AsyncIterable<ChatCompletionPiece>
}

/** For what a healthy daemon answers at once; loading a model and reading a file have no such limit. */
const promptAnswerMs = 30_000

export function createClient(transport: Transport): Client {
  const send = async (request: TransportRequest): Promise<string> => {
    const response = await transport(request)
    const text = await readText(response.body)
    if (response.status >= 400) throw readError({ ...response, text })
    return text
  }
  const call = async <Answer>(
    method: TransportRequest['method'],
    path: string,
    { body, patient = false }: { body?: unknown; patient?: boolean } = {},
  ): Promise<Answer> =>
    parseAnswer(
      await send({
        method,
        path: `/llmd/v1${path}`,
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(!patient && { signal: AbortSignal.timeout(promptAnswerMs) }),
      }),
    )

  return {
    async ready() {
      const response = await transport({
        method: 'GET',
        path: '/ready',
        signal: AbortSignal.timeout(promptAnswerMs),
      })
      await readText(response.body)
      return response.status === 200
    },
    status: () => call('GET', '/status'),
    async stop() {
      await call('POST', '/stop')
    },
    listModels: async () => (await call<{ data: Model[] }>('GET', '/models')).data,
    getModel: (name) => call('GET', modelPath(name)),
    addModel: (body) => call('POST', '/models', { body, patient: true }),
    editModel: (name, body) => call('PATCH', modelPath(name), { body }),
    copyModel: (name, newName) => call('POST', `${modelPath(name)}/copy`, { body: { name: newName } }),
    removeModel: (name) => call('DELETE', modelPath(name)),
    loadModel: (name) => call('POST', `${modelPath(name)}/load`, { patient: true }),
    unloadModel: (name) => call('POST', `${modelPath(name)}/unload`, { patient: true }),
    checkModel: (name) => call('POST', `${modelPath(name)}/check`, { patient: true }),
    listRequests: async () => (await call<{ data: OpenRequest[] }>('GET', '/requests')).data,
    cancelRequest: (id) => call('DELETE', `/requests/${encodeURIComponent(id)}`),
    listTokens: async () => (await call<{ data: Token[] }>('GET', '/tokens')).data,
    createToken: (body) => call('POST', '/tokens', { body }),
    revokeToken: (idOrName) => call('DELETE', `/tokens/${encodeURIComponent(idOrName)}`),
    async *chat(request, signal) {
      try {
        const response = await transport({
          method: 'POST',
          path: '/v1/chat/completions',
          body: JSON.stringify({ ...request, stream: true, stream_options: { include_usage: true } }),
          signal,
        })
        if (response.status >= 400) throw readError({ ...response, text: await readText(response.body) })
        yield* streamChat(response.body)
      } catch (error) {
        // However the abort surfaced, its reason is what ended the answer.
        signal.throwIfAborted()
        throw error
      }
    },
  }
}

function modelPath(name: string): string {
  return `/models/${encodeURIComponent(name)}`
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function parseAnswer(text: string) {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new LlmdError('daemon_unreachable', 'What answers there is not llmd: it sent no JSON.', {
      hint: 'Check the address given by --host or LLMD_HOST.',
      cause: error,
    })
  }
}
