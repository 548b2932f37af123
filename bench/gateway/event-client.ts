// A client of streams: a process of its own, beside the gateway's core.
// usage: node event-client.ts '{"url", "headers", "body", "streams", "rounds"}'
// prints {"events", "firstByteUs": [...], "delayUs": [...]}
import { Agent, request, type IncomingMessage } from 'node:http'

interface Job {
  url: string
  headers: Record<string, string>
  body: string
  /** At the same time. */
  streams: number
  /** One after the other, on each. */
  rounds: number
}

const job: Job = JSON.parse(process.argv[2]!)
const agent = new Agent({ keepAlive: true, maxSockets: job.streams })
const firstByteUs: number[] = []
const delayUs: number[] = []
let events = 0

const now = () => process.hrtime.bigint()

function answerTo(body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...job.headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    }
    const outgoing = request(job.url, { method: 'POST', agent, headers })
    outgoing.once('response', resolve).once('error', reject).end(body)
  })
}

async function readOne(): Promise<void> {
  const sent = now()
  const answer = await answerTo(job.body)
  let first = true
  let ended = false
  for await (const chunk of answer) {
    const read = now()
    if (first) firstByteUs.push(Number(read - sent) / 1000)
    first = false
    const text = String(chunk)
    for (const [, stamp] of text.matchAll(/"content":"(\d+)"/g)) {
      delayUs.push(Number(read - BigInt(stamp!)) / 1000)
      events += 1
    }
    ended ||= text.includes('[DONE]')
  }
  if (!ended) throw new Error(`${job.url} answered ${answer.statusCode} without [DONE]`)
}

async function readInTurn(): Promise<void> {
  for (let round = 0; round < job.rounds; round++) await readOne()
}

await Promise.all(Array.from({ length: job.streams }, readInTurn))
agent.destroy()
process.stdout.write(JSON.stringify({ events, firstByteUs, delayUs }))
