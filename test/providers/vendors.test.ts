import { describe, expect, test } from 'vitest'
import { providerPresetSchema } from '../../src/api/providers.ts'
import { completeSettings } from '../../src/providers/provider-settings.ts'
import { connectionOf } from '../../src/providers/connection-of.ts'
import { describePreset, vendors } from '../../src/providers/vendors.ts'
import { Secret } from '../../src/secret.ts'

/** Where a chat completion of each vendor goes. */
const chats: Record<string, string> = {
  openai: 'https://api.openai.com/v1/chat/completions',
  openrouter: 'https://openrouter.ai/api/v1/chat/completions',
  huggingface: 'https://router.huggingface.co/v1/chat/completions',
  groq: 'https://api.groq.com/openai/v1/chat/completions',
  mistral: 'https://api.mistral.ai/v1/chat/completions',
  xai: 'https://api.x.ai/v1/chat/completions',
  deepseek: 'https://api.deepseek.com/v1/chat/completions',
  together: 'https://api.together.ai/v1/chat/completions',
  fireworks: 'https://api.fireworks.ai/inference/v1/chat/completions',
  cerebras: 'https://api.cerebras.ai/v1/chat/completions',
  nvidia: 'https://integrate.api.nvidia.com/v1/chat/completions',
  'azure-openai': 'https://RESOURCE.openai.azure.com/openai/v1/chat/completions',
  ollama: 'http://localhost:11434/v1/chat/completions',
  lmstudio: 'http://localhost:1234/v1/chat/completions',
  vllm: 'http://localhost:8000/v1/chat/completions',
  'llama-server': 'http://localhost:8080/v1/chat/completions',
  llmd: 'http://localhost:5563/v1/chat/completions',
}

test('every vendor is listed once, and has its case here', () => {
  expect(vendors.map(({ id }) => id)).toEqual(Object.keys(chats))
})

describe.each(vendors)('$title', (vendor) => {
  const { id } = vendor

  test('is reached where it is', () => {
    const own = vendor.baseUrlExample === null ? {} : { base_url: vendor.baseUrlExample }
    const settings = completeSettings(own, id)
    const connection = connectionOf({ name: id, preset: id, settings, key: new Secret('sk') })
    expect(`${connection.baseUrl}/chat/completions`).toBe(chats[id])
    expect(connection.allowPrivate).toBe(new URL(connection.baseUrl).hostname === 'localhost')
    expect(connection.auth).toEqual(
      id === 'azure-openai'
        ? { header: 'api-key', prefix: '' }
        : { header: 'authorization', prefix: 'Bearer ' },
    )
  })

  test('is described as the API says', () => {
    const preset = providerPresetSchema.parse(describePreset(vendor))
    expect(preset.base_url ?? preset.base_url_example).not.toBeNull()
    if (preset.needs_key && id !== 'llmd') expect(preset.keys_url).toMatch(/^https:/)
  })
})

test('what an operator sets wins over the preset', () => {
  const settings = completeSettings({ base_url: 'https://proxy.example/v1/', allow_private: false }, 'ollama')
  expect(settings).toMatchObject({ base_url: 'https://proxy.example/v1', allow_private: false })
})
