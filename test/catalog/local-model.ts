import type { LocalModel } from '../../src/api/models.ts'

/** A model whose file is small and sound, and that is not loaded. */
export function localModel(name: string, rest: Partial<LocalModel> = {}): LocalModel {
  const { source = `/${name}.gguf` } = rest
  return {
    kind: 'local',
    name,
    source,
    created_at: '2026-01-01T00:00:00.000Z',
    description: null,
    tier: null,
    defaults: {},
    options: {},
    file: {
      path: source,
      size_bytes: 1,
      architecture: 'llama',
      title: null,
      quantization: 'F32',
      parameters: 1,
      trained_context: 128,
    },
    state: 'unloaded',
    progress: null,
    engine: null,
    ...rest,
  }
}
