import { readFileSync } from 'node:fs'

/** Whether a process is there and not merely unburied: a dead one stays listed until its parent takes note. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  if (process.platform !== 'linux') return true
  try {
    // `PID (NAME) STATE ...`, and the name may hold anything.
    const [state] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? ''
    return state !== 'Z' && state !== 'X'
  } catch {
    return false
  }
}
