/** Why something failed, as tables keep it. */
export interface StoredFailure {
  code: string
  message: string
  hint: string | null
}
