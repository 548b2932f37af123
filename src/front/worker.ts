// A front: a process beside the daemon that listens on the same port and forwards to providers. It has no database and no
// engines; what it knows the daemon has told it, and what it does not answer it hands over.
import { createFront } from './create-front.ts'
import { toFrontSchema, type FromFront } from './protocol.ts'

const aliveMs = 1000

function send(message: FromFront): void {
  process.send?.(message)
}

/** Ended by the daemon, or with it. */
function end(): void {
  process.kill(process.pid, 'SIGKILL')
}

process.once('disconnect', end)
// A terminal sends them to the whole group, and some service managers to all processes: the daemon says what is to be done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

// As in the daemon: what lives as long as a request keeps all of its pool in memory.
Buffer.poolSize = 8192

const front = createFront({ send })
process.on('message', (raw) => void front.receive(toFrontSchema.parse(raw)))
send({ type: 'hello' })
setInterval(() => send({ type: 'alive', memoryBytes: process.memoryUsage.rss() }), aliveMs)
