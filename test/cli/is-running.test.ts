import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { isRunning } from '../../src/cli/is-running.ts'

describe('isRunning', () => {
  it('is true while a process runs, and false once it is gone', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(child, 'spawn')
    const pid = child.pid ?? 0
    expect(isRunning(pid)).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isRunning(pid)).toBe(false)
  })

  it.runIf(process.platform === 'linux')('is false for one that nobody has buried', async () => {
    // The shell becomes a program that takes no note of its children.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'])
    try {
      const [line] = await once(parent.stdout, 'data')
      const pid = Number(line)
      const name = () => readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim()
      await vi.waitFor(() => expect(name()).toBe('sleep'), { interval: 5, timeout: 5000 })
      expect(isRunning(pid)).toBe(true)
      process.kill(pid, 'SIGKILL')
      await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { interval: 5, timeout: 5000 })
      expect(() => process.kill(pid, 0)).not.toThrow()
    } finally {
      parent.kill('SIGKILL')
    }
  })
})
