import type { ActiveCapture, StartCapture } from '../api/capture.ts'
import type { CreateDeployment, Deployment, ExtendDeployment } from '../api/deployments.ts'
import type { AddDownload, Download } from '../api/downloads.ts'
import type { Examination, Finding } from '../api/doctor.ts'
import type { DaemonEvent, EventType } from '../api/events.ts'
import type { AddIssuer, EditIssuer, Issuer, IssuerTest, TestIssuer } from '../api/issuers.ts'
import type { LogFilter, LogItem } from '../api/logs.ts'
import type { AddMcpServer, McpServer, McpTest } from '../api/mcp.ts'
import type { AddModel, EditModel, LocalModel, Model, ModelCheck } from '../api/models.ts'
import type { Price, PriceKind, SetPrice } from '../api/prices.ts'
import type {
  AddProvider,
  DraftProvider,
  EditProvider,
  Provider,
  ProviderModel,
  ProviderPreset,
  ProviderTest,
  TestProvider,
  TryProvider,
} from '../api/providers.ts'
import type { OpenRequest, RequestStory } from '../api/requests.ts'
import type { Reloaded, SettingList } from '../api/settings.ts'
import type { Status } from '../api/status.ts'
import type { CreatedToken, CreateToken, EditToken, Token } from '../api/tokens.ts'
import type { Usage, UsageQuery } from '../api/usage.ts'
import type { ExportedVault, ExportVault, ImportVault, RotatedVault, VaultStatus } from '../api/vault.ts'
import { LlmdError } from '../errors.ts'
import type { ChatCompletionPiece, ChatCompletionRequest } from './chat.ts'
import type { EmbeddingsAnswer, EmbeddingsRequest } from './embeddings.ts'
import { readEmbeddings } from './read-embeddings.ts'
import { readEvents } from './read-events.ts'
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
  /** The settings in force. */
  listSettings(): Promise<SettingList>
  /** Has the daemon read its settings again. */
  reload(): Promise<Reloaded>
  /** What is well and what is not, of the machine, the data and all that is connected. */
  examine(): Promise<Finding[]>
  /** A tar with all that must not be lost but the master key; to be read to its end. */
  backup(): AsyncIterable<Uint8Array>
  listModels(): Promise<Model[]>
  getModel(name: string): Promise<Model>
  addModel(model: AddModel): Promise<Model>
  editModel(name: string, change: EditModel): Promise<Model>
  copyModel(name: string, newName: string): Promise<Model>
  /** A file that llmd downloaded goes too where that is asked for. */
  removeModel(name: string, options?: { deleteFile?: boolean }): Promise<Model>
  /** Resolves once the model is loaded. */
  loadModel(name: string): Promise<LocalModel>
  unloadModel(name: string): Promise<LocalModel>
  /** Resolves once the model was tried out. */
  checkModel(name: string): Promise<ModelCheck>
  listDownloads(): Promise<Download[]>
  /** By its id, or the name of its model. */
  getDownload(key: string): Promise<Download>
  /** Resolves once the source was asked what it has, and the download has begun. */
  addDownload(download: AddDownload): Promise<Download>
  pauseDownload(key: string): Promise<Download>
  resumeDownload(key: string): Promise<Download>
  cancelDownload(key: string): Promise<Download>
  listDeployments(): Promise<Deployment[]>
  getDeployment(id: string): Promise<Deployment>
  /** It is starting when this resolves. */
  createDeployment(deployment: CreateDeployment): Promise<Deployment>
  extendDeployment(id: string, by: ExtendDeployment): Promise<Deployment>
  stopDeployment(id: string): Promise<Deployment>
  /** The key that it made itself. It can be taken once. */
  takeDeploymentKey(id: string): Promise<CreatedToken>
  /** Requests to models that are being answered, oldest first. */
  listRequests(): Promise<OpenRequest[]>
  cancelRequest(id: string): Promise<OpenRequest>
  /** All that is known of one, open or over. */
  getRequest(id: string): Promise<RequestStory>
  /** What requests used. */
  usage(query?: UsageQuery): Promise<Usage>
  /**
   * What happens in the daemon from the first event on, which is `opened`; of these types, or all. Ends with the
   * daemon; an aborted signal ends it and its reason is thrown.
   */
  events(options?: { types?: readonly EventType[]; signal?: AbortSignal }): AsyncIterable<DaemonEvent>
  /**
   * Lines of the log that pass the filter, after an item that says the stream is open; with `follow` also those that
   * come, until the daemon ends. An aborted signal ends it and its reason is thrown.
   */
  logs(options?: LogFilter & { follow?: boolean; signal?: AbortSignal }): AsyncIterable<LogItem>
  /** Has prompts and answers written down for a time. */
  startCapture(capture: StartCapture): Promise<ActiveCapture>
  stopCapture(): Promise<void>
  listPrices(): Promise<Price[]>
  /** Replaces the price that is there. */
  setPrice(kind: PriceKind, name: string, price: SetPrice): Promise<Price>
  removePrice(kind: PriceKind, name: string): Promise<Price>
  listTokens(): Promise<Token[]>
  createToken(token: CreateToken): Promise<CreatedToken>
  getToken(idOrName: string): Promise<Token>
  editToken(idOrName: string, change: EditToken): Promise<Token>
  /** Gives it another key; the one that it had is refused from then on. */
  rotateToken(idOrName: string): Promise<CreatedToken>
  revokeToken(idOrName: string): Promise<Token>
  listIssuers(): Promise<Issuer[]>
  addIssuer(issuer: AddIssuer): Promise<Issuer>
  editIssuer(name: string, change: EditIssuer): Promise<Issuer>
  /** The keys that its users made are revoked. */
  removeIssuer(name: string): Promise<Issuer>
  /** Fetches its keys, and judges a JWT where one is given. */
  testIssuer(name: string, test?: TestIssuer): Promise<IssuerTest>
  listProviderPresets(): Promise<ProviderPreset[]>
  listProviders(): Promise<Provider[]>
  getProvider(name: string): Promise<Provider>
  /** Resolves once the connection was tried, unless it says not to. */
  addProvider(provider: AddProvider): Promise<Provider>
  editProvider(name: string, change: EditProvider): Promise<Provider>
  removeProvider(name: string): Promise<Provider>
  /** Tries what is saved, but for what is given. */
  testProvider(name: string, difference?: TestProvider): Promise<ProviderTest>
  /** Tries what is not saved. */
  tryProvider(draft: TryProvider): Promise<ProviderTest>
  /** What the provider says it has. */
  listProviderModels(name: string): Promise<ProviderModel[]>
  /** What a provider that is not saved says it has. */
  discoverModels(draft: DraftProvider): Promise<ProviderModel[]>
  listMcpServers(): Promise<McpServer[]>
  addMcpServer(server: AddMcpServer): Promise<McpServer>
  removeMcpServer(name: string): Promise<McpServer>
  /** Introduces llmd to it, and asks for its tools. */
  testMcpServer(name: string): Promise<McpTest>
  /** Where the vault is sealed, it looks for its key again first. */
  vaultStatus(): Promise<VaultStatus>
  rotateVault(): Promise<RotatedVault>
  /** Over the socket or in-process only, as is the import. */
  exportVault(body: ExportVault): Promise<ExportedVault>
  importVault(body: ImportVault): Promise<VaultStatus>
  /** Turns texts into vectors; an aborted signal ends it and its reason is thrown. */
  embed(request: EmbeddingsRequest, signal: AbortSignal): Promise<EmbeddingsAnswer>
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
  async function* stream<Item>(
    request: TransportRequest,
    read: (body: AsyncIterable<Uint8Array>) => AsyncIterable<Item>,
  ): AsyncGenerator<Item> {
    try {
      const response = await transport(request)
      if (response.status >= 400) throw readError({ ...response, text: await readText(response.body) })
      yield* read(response.body)
      request.signal?.throwIfAborted()
    } catch (error) {
      // However the abort surfaced, its reason is what ended the stream.
      request.signal?.throwIfAborted()
      throw error
    }
  }

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
    listSettings: () => call('GET', '/settings'),
    reload: () => call('POST', '/reload'),
    examine: async () => (await call<Examination>('GET', '/doctor', { patient: true })).data,
    backup: () => stream({ method: 'GET', path: '/llmd/v1/backup' }, (body) => body),
    listModels: async () => (await call<{ data: Model[] }>('GET', '/models')).data,
    getModel: (name) => call('GET', modelPath(name)),
    addModel: (body) => call('POST', '/models', { body, patient: true }),
    editModel: (name, body) => call('PATCH', modelPath(name), { body }),
    copyModel: (name, newName) => call('POST', `${modelPath(name)}/copy`, { body: { name: newName } }),
    removeModel: (name, { deleteFile = false } = {}) =>
      call('DELETE', `${modelPath(name)}${deleteFile ? '?delete_file=true' : ''}`),
    loadModel: (name) => call('POST', `${modelPath(name)}/load`, { patient: true }),
    unloadModel: (name) => call('POST', `${modelPath(name)}/unload`, { patient: true }),
    checkModel: (name) => call('POST', `${modelPath(name)}/check`, { patient: true }),
    listDownloads: async () => (await call<{ data: Download[] }>('GET', '/downloads')).data,
    getDownload: (key) => call('GET', downloadPath(key)),
    addDownload: (body) => call('POST', '/downloads', { body, patient: true }),
    pauseDownload: (key) => call('POST', `${downloadPath(key)}/pause`, { patient: true }),
    resumeDownload: (key) => call('POST', `${downloadPath(key)}/resume`),
    cancelDownload: (key) => call('DELETE', downloadPath(key), { patient: true }),
    listDeployments: async () => (await call<{ data: Deployment[] }>('GET', '/deployments')).data,
    getDeployment: (id) => call('GET', deploymentPath(id)),
    createDeployment: (body) => call('POST', '/deployments', { body }),
    extendDeployment: (id, body) => call('POST', `${deploymentPath(id)}/extend`, { body }),
    stopDeployment: (id) => call('DELETE', deploymentPath(id)),
    takeDeploymentKey: (id) => call('POST', `${deploymentPath(id)}/key`),
    listRequests: async () => (await call<{ data: OpenRequest[] }>('GET', '/requests')).data,
    cancelRequest: (id) => call('DELETE', `/requests/${encodeURIComponent(id)}`),
    getRequest: (id) => call('GET', `/requests/${encodeURIComponent(id)}`),
    usage: (query = {}) => call('GET', `/usage?${new URLSearchParams(query).toString()}`),
    listPrices: async () => (await call<{ data: Price[] }>('GET', '/prices')).data,
    setPrice: (kind, name, body) => call('PUT', pricePath(kind, name), { body }),
    removePrice: (kind, name) => call('DELETE', pricePath(kind, name)),
    listTokens: async () => (await call<{ data: Token[] }>('GET', '/tokens')).data,
    createToken: (body) => call('POST', '/tokens', { body }),
    getToken: (idOrName) => call('GET', tokenPath(idOrName)),
    editToken: (idOrName, body) => call('PATCH', tokenPath(idOrName), { body }),
    rotateToken: (idOrName) => call('POST', `${tokenPath(idOrName)}/rotate`),
    revokeToken: (idOrName) => call('DELETE', tokenPath(idOrName)),
    listIssuers: async () => (await call<{ data: Issuer[] }>('GET', '/issuers')).data,
    addIssuer: (body) => call('POST', '/issuers', { body }),
    editIssuer: (name, body) => call('PATCH', issuerPath(name), { body }),
    removeIssuer: (name) => call('DELETE', issuerPath(name)),
    testIssuer: (name, body = {}) => call('POST', `${issuerPath(name)}/test`, { body }),
    listProviderPresets: async () =>
      (await call<{ data: ProviderPreset[] }>('GET', '/provider-presets')).data,
    listProviders: async () => (await call<{ data: Provider[] }>('GET', '/providers')).data,
    getProvider: (name) => call('GET', providerPath(name)),
    addProvider: (body) => call('POST', '/providers', { body, patient: true }),
    editProvider: (name, body) => call('PATCH', providerPath(name), { body, patient: true }),
    removeProvider: (name) => call('DELETE', providerPath(name)),
    testProvider: (name, body = {}) => call('POST', `${providerPath(name)}/test`, { body, patient: true }),
    tryProvider: (body) => call('POST', '/provider-tests', { body, patient: true }),
    listProviderModels: async (name) =>
      (await call<{ data: ProviderModel[] }>('GET', `${providerPath(name)}/models`, { patient: true })).data,
    discoverModels: async (body) =>
      (await call<{ data: ProviderModel[] }>('POST', '/provider-models', { body, patient: true })).data,
    listMcpServers: async () => (await call<{ data: McpServer[] }>('GET', '/mcp-servers')).data,
    addMcpServer: (body) => call('POST', '/mcp-servers', { body }),
    removeMcpServer: (name) => call('DELETE', mcpServerPath(name)),
    testMcpServer: (name) => call('POST', `${mcpServerPath(name)}/test`, { patient: true }),
    vaultStatus: () => call('GET', '/vault'),
    rotateVault: () => call('POST', '/vault/rotate', { patient: true }),
    exportVault: (body) => call('POST', '/vault/export', { body }),
    importVault: (body) => call('POST', '/vault/import', { body }),
    logs({ follow = false, signal, ...filter } = {}) {
      const query = new URLSearchParams({ ...filter, ...(follow && { follow: '1' }) }).toString()
      const path = `/llmd/v1/logs${query && `?${query}`}`
      return stream({ method: 'GET', path, ...(signal && { signal }) }, readEvents<LogItem>)
    },
    startCapture: async (body) =>
      (await call<{ capture: ActiveCapture }>('POST', '/capture', { body })).capture,
    async stopCapture() {
      await call('DELETE', '/capture')
    },
    events({ types, signal } = {}) {
      const query = types ? `?types=${types.join(',')}` : ''
      return stream(
        { method: 'GET', path: `/llmd/v1/events${query}`, ...(signal && { signal }) },
        readEvents<DaemonEvent>,
      )
    },
    async embed(request, signal) {
      const body = JSON.stringify({ ...request, encoding_format: 'float' })
      return readEmbeddings(
        parseAnswer(await send({ method: 'POST', path: '/v1/embeddings', body, signal })),
        request,
      )
    },
    chat: (request, signal) =>
      stream(
        {
          method: 'POST',
          path: '/v1/chat/completions',
          body: JSON.stringify({ ...request, stream: true, stream_options: { include_usage: true } }),
          signal,
        },
        streamChat,
      ),
  }
}

function modelPath(name: string): string {
  return `/models/${encodeURIComponent(name)}`
}

function issuerPath(name: string): string {
  return `/issuers/${encodeURIComponent(name)}`
}

function providerPath(name: string): string {
  return `/providers/${encodeURIComponent(name)}`
}

function pricePath(kind: PriceKind, name: string): string {
  return `/prices/${kind}s/${encodeURIComponent(name)}`
}

function mcpServerPath(name: string): string {
  return `/mcp-servers/${encodeURIComponent(name)}`
}

function tokenPath(idOrName: string): string {
  return `/tokens/${encodeURIComponent(idOrName)}`
}

function downloadPath(key: string): string {
  return `/downloads/${encodeURIComponent(key)}`
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function deploymentPath(id: string): string {
  return `/deployments/${encodeURIComponent(id)}`
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
