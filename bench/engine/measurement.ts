import type { NativeTools } from './native-tools.ts'
import type { BenchDaemon } from '../common/start-daemon.ts'
import type { Row } from '../common/row.ts'

export interface BenchContext {
  daemon: BenchDaemon
  /** llama.cpp's own tools, where they were given. */
  native: NativeTools | undefined
  /** How often each side is measured, in turns. */
  rounds: number
  /** A prompt of so many tokens that shares no prefix with another. */
  prompt: (length: number) => number[]
}

export type Measurement = (context: BenchContext) => Promise<Row[]>
