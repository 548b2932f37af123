import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { cpuMs } from '../common/process-stats.ts'
import type { CompletionServer } from './stream-completion.ts'

/** llama.cpp's own tools on one thread, in their default settings otherwise. */
export interface NativeTools {
  /** llama-bench: CPU ms a token of one stream of `tokens` tokens. */
  decodeCpuMs(model: string, tokens: number): Promise<number>
  /** llama-bench: prompt tokens a second. */
  prefillSpeed(model: string, tokens: number): Promise<number>
  /** llama-batched-bench: tokens a second of all streams together. */
  batchedSpeed(model: string, streams: number, tokens: number): Promise<number>
  /** llama-server with so many slots of `context` tokens. */
  startServer(model: string, options: { slots: number; context: number }): Promise<NativeServer>
}

export interface NativeServer extends CompletionServer, AsyncDisposable {}

const run = promisify(execFile)
const oneThread = '--threads 1 --threads-batch 1'

const words = (text: string) => text.split(' ')

/** @param folder holds llama-bench, llama-batched-bench and llama-server */
export function createNativeTools(folder: string): NativeTools {
  const tool = (name: string) => join(folder, name)

  async function bench(model: string, prompt: number): Promise<{ avg_ts: number }> {
    const args = ['-m', model, ...words(`--threads 1 -r 1 -o jsonl -p ${prompt} -n 0`)]
    const { stdout } = await run(tool('llama-bench'), args)
    return JSON.parse(stdout)
  }

  return {
    async decodeCpuMs(model, tokens) {
      const args = ['-m', model, ...words(`--threads 1 -r 2 -p 0 -n ${tokens} --progress`)]
      const child = spawn(tool('llama-bench'), args, { stdio: ['ignore', 'ignore', 'pipe'] })
      const atRunStart: number[] = []
      for await (const line of createInterface(child.stderr)) {
        if (/: generation run/.test(line)) atRunStart.push(cpuMs(child.pid ?? 0))
        // From the start of one run to that of the next: loading and warming up are outside.
        if (atRunStart.length === 2) break
      }
      child.kill('SIGKILL')
      const [from = Number.NaN, to = Number.NaN] = atRunStart
      return (to - from) / tokens
    },
    prefillSpeed: async (model, tokens) => (await bench(model, tokens)).avg_ts,
    async batchedSpeed(model, streams, tokens) {
      const shape = `-npp 8 -ntg ${tokens} -npl ${streams} --ctx-size ${streams * (tokens + 8)}`
      const args = ['-m', model, ...words(`${oneThread} ${shape} --output-format jsonl`)]
      // Now and then it ends before its log is written, and with it the result.
      for (let attempt = 0; attempt < 5; attempt++) {
        const { stdout } = await run(tool('llama-batched-bench'), args)
        const line = stdout.split('\n').find((text) => text.startsWith('{'))
        if (line === undefined) continue
        const { speed_tg }: { speed_tg: number } = JSON.parse(line)
        return speed_tg
      }
      throw new Error('llama-batched-bench printed no result')
    },
    startServer(model, { slots, context }) {
      const shape = `--parallel ${slots} --ctx-size ${slots * context}`
      return startServer(tool('llama-server'), ['-m', model, ...words(`${oneThread} ${shape}`)])
    },
  }
}

async function startServer(program: string, args: string[]): Promise<NativeServer> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(program, [...args, '--host', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' })
  for (;;) {
    const answer = await fetch(`${url}/health`).catch(() => undefined)
    if (answer?.ok) break
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`)
    await delay(100)
  }
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server's address is never a path.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
