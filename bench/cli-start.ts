// How long a command takes as a process, beside what Node itself takes to start: interleaved runs, medians.
// usage: npm run bench:cli
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const runs = 15
const llmd = fileURLToPath(new URL('../bin/run.js', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'llmd-bench-'))
const env = { ...process.env, LLMD_HOME: home }

interface Subject {
  name: string
  args: string[]
  /** Most milliseconds the median may take. */
  goal?: number
}

const subjects: Subject[] = [
  { name: 'node -e 0', args: ['-e', '0'] },
  { name: 'llmd --version', args: [llmd, '--version'], goal: 200 },
  { name: 'llmd status', args: [llmd, 'status'], goal: 400 },
  { name: 'llmd models list', args: [llmd, 'models', 'list'] },
]

function time({ args }: Subject): number {
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  return performance.now() - start
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

const daemon = spawn(process.execPath, [llmd, 'serve', '--port', '0'], {
  env,
  stdio: ['ignore', 'pipe', 'ignore'],
})
try {
  for await (const chunk of daemon.stdout) if (String(chunk).includes('curl')) break
  const times = new Map(subjects.map((subject) => [subject, [] as number[]]))
  for (const subject of subjects) time(subject)
  for (let run = 0; run < runs; run++) {
    for (const [subject, measured] of times) measured.push(time(subject))
  }
  const floor = median([...times.values()][0] ?? [])
  console.log(`${runs} interleaved runs each, Node ${process.version}; medians in ms`)
  console.log('command            median   min   max   x node   goal')
  for (const [{ name, goal }, measured] of times) {
    const row = [
      median(measured).toFixed(0).padStart(6),
      Math.min(...measured)
        .toFixed(0)
        .padStart(5),
      Math.max(...measured)
        .toFixed(0)
        .padStart(5),
      (median(measured) / floor).toFixed(1).padStart(8),
      (goal === undefined ? '' : `< ${goal}`).padStart(6),
    ]
    console.log(`${name.padEnd(18)} ${row.join(' ')}`)
  }
} finally {
  daemon.kill('SIGTERM')
  await new Promise((resolve) => daemon.once('exit', resolve))
  rmSync(home, { recursive: true, force: true })
}
