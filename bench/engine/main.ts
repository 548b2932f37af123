// Local inference, measured as clients see it, beside llama.cpp's own tools: README.md says what and how.
// usage: npm run bench:engine [-- MEASUREMENT...]
import { createPrompts } from './fresh-prompt.ts'
import type { Measurement } from './measurement.ts'
import type { Row } from '../common/row.ts'
import { measureAbort } from './measurements/abort.ts'
import { measureAggregate } from './measurements/aggregate.ts'
import { measureDaemonCost } from './measurements/daemon-cost.ts'
import { measureDecode } from './measurements/decode.ts'
import { measureGap } from './measurements/gap.ts'
import { measurePrefill } from './measurements/prefill.ts'
import { measurePrefix } from './measurements/prefix.ts'
import { measureUnload } from './measurements/unload.ts'
import { createNativeTools } from './native-tools.ts'
import { printRows } from '../common/print-rows.ts'
import { startDaemon } from '../common/start-daemon.ts'

const rounds = 5

const measurements: Record<string, Measurement> = {
  decode: measureDecode,
  aggregate: measureAggregate,
  prefill: measurePrefill,
  gap: measureGap,
  prefix: measurePrefix,
  abort: measureAbort,
  'daemon-cost': measureDaemonCost,
  unload: measureUnload,
}

const wanted = process.argv.slice(2)
const folder = process.env['LLAMA_BIN']
const native = folder ? createNativeTools(folder) : undefined

await using daemon = await startDaemon()
const context = { daemon, native, rounds, prompt: createPrompts() }
const rows: Row[] = []
for (const name of wanted.length > 0 ? wanted : Object.keys(measurements)) {
  const measure = measurements[name]
  if (!measure) throw new Error(`${name} is none of: ${Object.keys(measurements).join(', ')}`)
  console.error(`measuring ${name}...`)
  rows.push(...(await measure(context)))
}
console.log(`Random 0.1B models, 1 thread, ${rounds} rounds in turns, Node ${process.version}; medians`)
if (!native) console.log('LLAMA_BIN is not set: our own figures alone, nothing to compare them with.')
printRows(rows)
