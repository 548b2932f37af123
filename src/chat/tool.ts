/** A function that the model may ask the client to call. */
export interface ToolDefinition {
  name: string
  description?: string
  /** JSON Schema of the arguments object; without it the tool takes none. */
  parameters?: Record<string, unknown>
  /** Arguments follow `parameters` even where the model need not call. */
  strict?: boolean
}
