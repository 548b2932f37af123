/** What the CLI asks of POST /v1/embeddings. */
export interface EmbeddingsRequest {
  model: string
  input: string[]
  /** Length of each vector, where the model can cut them. */
  dimensions?: number
}

export interface EmbeddingsAnswer {
  object: 'list'
  /** In the order of the inputs. */
  data: { object: 'embedding'; index: number; embedding: number[] }[]
  model: string
  usage: { prompt_tokens: number; total_tokens: number }
}
