import type { ProviderFormat, ProviderPreset } from '../api/providers.ts'
import type { UpstreamConnection } from './connection.ts'

export interface Vendor {
  id: string
  title: string
  format: ProviderFormat
  /** Null where each customer has its own. */
  baseUrl: string | null
  baseUrlExample: string | null
  auth: UpstreamConnection['auth']
  needsKey: boolean
  /** Where keys are made. */
  keysUrl: string | null
  /** Whether it usually runs on this machine, or within a private network. */
  allowPrivate: boolean
  /** See `UpstreamConnection`. */
  asksForStreamUsage: boolean
  /**
   * Cheap models to try a connection with, the best first: ids, or the beginnings of such. Where the vendor gives no
   * list, the first of them is taken as it stands.
   */
  trialModels: string[]
}

const bearer = { header: 'authorization', prefix: 'Bearer ' }

/** A service on the Internet that wants a key. */
function cloud(row: Pick<Vendor, 'id' | 'title' | 'keysUrl' | 'trialModels'> & Partial<Vendor>): Vendor {
  return {
    format: 'openai',
    baseUrl: null,
    baseUrlExample: null,
    auth: bearer,
    needsKey: true,
    allowPrivate: false,
    asksForStreamUsage: true,
    ...row,
  }
}

/** A server of one's own; by default on this machine. */
function own(row: { id: string; title: string; baseUrl: string; needsKey?: boolean }): Vendor {
  return {
    format: 'openai',
    baseUrlExample: null,
    auth: bearer,
    needsKey: false,
    keysUrl: null,
    allowPrivate: true,
    asksForStreamUsage: true,
    trialModels: [],
    ...row,
  }
}

/** The providers that llmd knows by name. */
export const vendors: readonly Vendor[] = [
  cloud({
    id: 'openai',
    title: 'OpenAI',
    baseUrl: 'https://api.openai.com/v1',
    keysUrl: 'https://platform.openai.com/api-keys',
    trialModels: ['gpt-5-nano', 'gpt-4o-mini', 'gpt-'],
  }),
  cloud({
    id: 'openrouter',
    title: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    keysUrl: 'https://openrouter.ai/settings/keys',
    // Its list needs no key, and most of it costs money: what is cheap and small comes first.
    trialModels: ['meta-llama/llama-3.2-1b-instruct', 'openai/gpt-4.1-nano', 'openai/gpt-4o-mini'],
  }),
  cloud({
    id: 'huggingface',
    title: 'Hugging Face Inference Providers',
    baseUrl: 'https://router.huggingface.co/v1',
    keysUrl: 'https://huggingface.co/settings/tokens',
    trialModels: ['meta-llama/Llama-3.2-1B-Instruct', 'meta-llama/Llama-3.1-8B-Instruct'],
  }),
  cloud({
    id: 'groq',
    title: 'Groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    keysUrl: 'https://console.groq.com/keys',
    trialModels: ['llama-3.1-8b-instant', 'openai/gpt-oss-20b'],
  }),
  cloud({
    id: 'mistral',
    title: 'Mistral AI',
    baseUrl: 'https://api.mistral.ai/v1',
    keysUrl: 'https://console.mistral.ai/api-keys',
    // Usage comes at the end of every stream, and unknown fields are refused.
    asksForStreamUsage: false,
    trialModels: ['ministral-3b', 'mistral-small', 'open-mistral'],
  }),
  cloud({
    id: 'xai',
    title: 'xAI',
    baseUrl: 'https://api.x.ai/v1',
    keysUrl: 'https://console.x.ai',
    trialModels: ['grok-3-mini', 'grok-'],
  }),
  cloud({
    id: 'deepseek',
    title: 'DeepSeek',
    baseUrl: 'https://api.deepseek.com/v1',
    keysUrl: 'https://platform.deepseek.com/api_keys',
    trialModels: ['deepseek-'],
  }),
  cloud({
    id: 'together',
    title: 'Together AI',
    baseUrl: 'https://api.together.ai/v1',
    keysUrl: 'https://api.together.ai/settings/api-keys',
    trialModels: ['openai/gpt-oss-20b', 'meta-llama/'],
  }),
  cloud({
    id: 'fireworks',
    title: 'Fireworks AI',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    keysUrl: 'https://app.fireworks.ai/settings/users/api-keys',
    trialModels: ['accounts/fireworks/models/gpt-oss-20b', 'accounts/fireworks/models/'],
  }),
  cloud({
    id: 'cerebras',
    title: 'Cerebras',
    baseUrl: 'https://api.cerebras.ai/v1',
    keysUrl: 'https://cloud.cerebras.ai',
    trialModels: ['gpt-oss-120b', 'llama'],
  }),
  cloud({
    id: 'nvidia',
    title: 'NVIDIA',
    baseUrl: 'https://integrate.api.nvidia.com/v1',
    keysUrl: 'https://build.nvidia.com/settings/api-keys',
    trialModels: ['meta/llama-3.2-1b-instruct', 'meta/llama-3.1-8b-instruct'],
  }),
  cloud({
    id: 'azure-openai',
    title: 'Azure OpenAI',
    baseUrlExample: 'https://RESOURCE.openai.azure.com/openai/v1',
    auth: { header: 'api-key', prefix: '' },
    keysUrl: 'https://portal.azure.com',
    // The list has what could be deployed; the operator knows what was.
    trialModels: ['gpt-4.1-nano', 'gpt-4o-mini'],
  }),
  own({ id: 'ollama', title: 'Ollama', baseUrl: 'http://localhost:11434/v1' }),
  own({ id: 'lmstudio', title: 'LM Studio', baseUrl: 'http://localhost:1234/v1' }),
  own({ id: 'vllm', title: 'vLLM', baseUrl: 'http://localhost:8000/v1' }),
  own({ id: 'llama-server', title: 'llama-server', baseUrl: 'http://localhost:8080/v1' }),
  own({ id: 'llmd', title: 'Another llmd', baseUrl: 'http://localhost:5563/v1', needsKey: true }),
]

/** @returns undefined for an id that is not known */
export function findVendor(id: string | null): Vendor | undefined {
  return vendors.find((vendor) => vendor.id === id)
}

/** How a provider without a preset is spoken to. */
export const customVendor = { auth: bearer, asksForStreamUsage: true, trialModels: [] as string[] }

export function describePreset(vendor: Vendor): ProviderPreset {
  return {
    id: vendor.id,
    title: vendor.title,
    format: vendor.format,
    base_url: vendor.baseUrl,
    base_url_example: vendor.baseUrlExample,
    needs_key: vendor.needsKey,
    keys_url: vendor.keysUrl,
  }
}
