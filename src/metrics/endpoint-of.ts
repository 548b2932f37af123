/** Paths that are asked of models, without their `/v1`, and what metrics call them. */
const endpoints: ReadonlyMap<string, string> = new Map([
  ['/chat/completions', 'chat'],
  ['/completions', 'completions'],
  ['/responses', 'responses'],
  ['/embeddings', 'embeddings'],
  ['/rerank', 'rerank'],
  ['/tokenize', 'tokenize'],
  ['/detokenize', 'detokenize'],
  ['/apply-template', 'apply-template'],
  ['/models', 'models'],
])

/** What a path is for, of a short list: paths that nobody serves are all `other`. */
export function endpointOf(path: string): string {
  const bare = path.startsWith('/v1/') ? path.slice('/v1'.length) : path
  return endpoints.get(bare) ?? (bare.startsWith('/models/') ? 'models' : 'other')
}
