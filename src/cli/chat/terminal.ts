/** What was typed: a line, which holds several where they were pasted; or Ctrl-C, or Ctrl-D. */
export type TypedLine = { text: string } | 'interrupted' | 'closed'

/** Where a conversation takes place. */
export interface ChatTerminal {
  readLine(prompt: string): Promise<TypedLine>
  /** Whatever the model says; made safe. Waits as long as nobody reads. */
  write(text: string): Promise<void>
  /** The same for what it only thinks. */
  writeThought(text: string): Promise<void>
  /** A line of llmd's own. */
  say(text: string): void
  /** A line about what goes on, that takes no place in the conversation. */
  remark(text: string): void
  /** Shows for now that something is waited for; the function takes it away again. */
  wait(text: string): () => void
  /** Does what Ctrl-C ends: it aborts the signal. */
  during<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result>
}
