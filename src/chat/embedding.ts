export interface EmbeddingRequest {
  inputs: (string | number[])[]
  /** Length of each vector, cut from the model's own and normalised again. */
  dimensions?: number
}

export interface EmbeddingResult {
  /** One for each input, of length 1 in the Euclidean norm. */
  vectors: number[][]
  promptTokens: number
}

export interface RerankRequest {
  query: string
  documents: string[]
}

export interface RerankResult {
  /** Relevance of each document, 0 to 1, in the order of the documents. */
  scores: number[]
  promptTokens: number
}
