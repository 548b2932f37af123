import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { type AtEnd, temporaryFolder } from '../temporary-folder.ts'

export const program = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

export const demoModel = fileURLToPath(new URL('../../assets/llmd-demo.gguf', import.meta.url))

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

export interface Llmd {
  home: string
  /** Runs a command to its end; nothing is piped in unless `input` says so. */
  run(args: string[], options?: { input?: string; env?: NodeJS.ProcessEnv; cwd?: string }): Promise<Ended>
  /** Starts a command, through another program if need be, and leaves it running, at the longest until the end. */
  spawn(
    args: string[],
    options?: { through?: string[]; env?: NodeJS.ProcessEnv },
  ): ChildProcessWithoutNullStreams
}

/** The built llmd with a home of its own; whatever it left running goes at the end. */
export function createLlmd(atEnd: AtEnd = onTestFinished): Llmd {
  const home = temporaryFolder(atEnd)
  const launch = (
    args: string[],
    {
      env = {},
      cwd,
      through = [],
    }: { env?: NodeJS.ProcessEnv; cwd?: string | undefined; through?: string[] },
  ) => {
    const [command = '', ...rest] = [...through, process.execPath, program, ...args]
    return spawn(command, rest, {
      // A spare engine in each of many daemons would slow the tests down; it has tests of its own.
      // Nor may they write to the keychain of whoever runs them.
      env: {
        ...cleanEnvironment(),
        LLMD_HOME: home,
        LLMD_MODELS_WARM_SPARE: 'false',
        LLMD_SECRETS_HOME: 'file',
        ...env,
      },
      cwd,
    })
  }
  atEnd(() => {
    const file = join(home, 'run', 'daemon.json')
    if (existsSync(file)) kill(JSON.parse(readFileSync(file, 'utf8')).pid)
  })
  return {
    home,
    async run(args, { input = '', env, cwd } = {}) {
      const child = launch(args, { ...(env && { env }), cwd })
      child.stdin.on('error', () => {})
      child.stdin.end(input)
      const [[code], stdout, stderr] = await Promise.all([
        once(child, 'close'),
        text(child.stdout),
        text(child.stderr),
      ])
      return { code, stdout, stderr }
    },
    spawn(args, options = {}) {
      const child = launch(args, options)
      atEnd(() => void child.kill('SIGKILL'))
      return child
    },
  }
}

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It was gone already.
  }
}

/** All that a child writes, from now on until the text appears in it. */
export async function readUntil(child: ChildProcessWithoutNullStreams, wanted: string): Promise<string> {
  let seen = ''
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    seen += String(chunk)
    if (seen.includes(wanted)) return seen
  }
  throw new Error(`It ended without ${JSON.stringify(wanted)}, after: ${seen}`)
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('LLMD_') && name !== 'NODE_ENV'),
  )
}
