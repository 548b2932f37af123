/** One line of the table. */
export interface Row {
  name: string
  unit: string
  /** One figure a round. */
  ours: number[]
  /** What each round is compared with: `llama-bench`, `cold`. Empty values where it could not be measured. */
  reference?: { name: string; values: number[] }
  /** Bounds the median ratio where there is a reference, else the median of our own figures. */
  goal: { atMost: number } | { atLeast: number }
}
