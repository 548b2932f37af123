import type { ChildProcess } from 'node:child_process'
import { forkEngine, type ForkEngineOptions } from '../fork-engine.ts'
import type { EngineOptions } from '../inference.ts'
import type { ToEngine } from '../protocol.ts'

/** An idle process that has llama.cpp open already: the load that takes it saves that time. */
export interface SpareEngine extends Disposable {
  /** The spare, where there is one and it suits; else a new process. */
  take(options: EngineOptions): ChildProcess
  /** Prepares a spare unless there is one. */
  refill(): void
}

export function createSpareEngine(options: ForkEngineOptions & { enabled: boolean }): SpareEngine {
  let spare: ChildProcess | undefined
  let enabled = options.enabled

  return {
    take({ gpu = 'auto' }) {
      // It has opened the device that llama.cpp chose, and no process can open another instead.
      if (!isUsable(spare) || gpu !== 'auto') return forkEngine(options)
      const taken = spare
      spare = undefined
      return taken
    },
    refill() {
      if (!enabled || isUsable(spare)) return
      spare = forkEngine(options)
      spare.send({ type: 'prepare' } satisfies ToEngine, () => {})
    },
    [Symbol.dispose]() {
      enabled = false
      spare?.kill('SIGKILL')
    },
  }
}

function isUsable(child: ChildProcess | undefined): child is ChildProcess {
  return child?.connected === true && child.exitCode === null && child.signalCode === null
}
