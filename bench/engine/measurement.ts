import type { NativeTools } from './native-tools.ts'
import type { BenchDaemon } from './start-daemon.ts'

export interface BenchContext {
  daemon: BenchDaemon
  /** llama.cpp's own tools, where they were given. */
  native: NativeTools | undefined
  /** How often each side is measured, in turns. */
  rounds: number
  /** A prompt of so many tokens that shares no prefix with another. */
  prompt: (length: number) => number[]
}

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

export type Measurement = (context: BenchContext) => Promise<Row[]>
